package dev.sluice.extproc.flow;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.budget.BudgetHeaders;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.reply.Header;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.reserve.Reserver;
import dev.sluice.extproc.settle.Settler;
import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.LooseBound;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Opens the exchange, takes its hold, and writes the request for the provider.
public final class Dispatcher {

  private final Exchanges exchanges;
  private final Reserver reserver;
  private final Settler settler;

  public Dispatcher(Exchanges exchanges, Reserver reserver, Settler settler) {
    this.exchanges = exchanges;
    this.reserver = reserver;
    this.settler = settler;
  }

  /// Of a request that needs no hold.
  Reply<Admission> dispatch(Exchange exchange, Admission admission, Body body) {
    exchanges.open(exchange);
    return forward(exchange.facts(), exchange.facts().bound(), List.of(), admission, body);
  }

  /// Fails with [Refused][dev.sluice.extproc.reply.Refused] where no hold can be had.
  CompletableFuture<Reply<Admission>> dispatchWithHold(
      Exchange exchange, Admission admission, Body body) {
    var facts = exchange.facts();
    // Open before the hold is taken: the client can leave meanwhile, and Envoy then tells the end.
    exchanges.open(exchange);
    return reserver
        .reserve(facts)
        .whenComplete(
            (_, failure) -> {
              if (failure != null) {
                exchanges.take(facts.requestId());
              }
            })
        .thenApply(
            reserved -> {
              if (!exchange.take(reserved.hold())) {
                settler.release(reserved.hold());
              }
              var headers = BudgetHeaders.allowed(reserved.balances());
              return forward(facts, reserved.hold().bound(), headers, admission, body);
            });
  }

  private static Reply<Admission> forward(
      Exchange.Facts facts,
      LooseBound bound,
      List<Header> budgetHeaders,
      Admission admission,
      Body body) {
    var edit = new BodyEdit();
    var headers = new ArrayList<Header>(budgetHeaders);
    var request = facts.request();
    var maxTokens = request.maxTokens();
    if (!facts.route().model().upstreamName().equals(request.model())) {
      edit.model(request.modelSpan(), facts.route().model().upstreamName());
    }
    if (maxTokens != null && bound.outputTokens() < facts.bound().outputTokens()) {
      edit.maxTokens(maxTokens.span(), bound.outputTokens());
      headers.add(new Header(DataPlane.MAX_TOKENS_FIELD, Long.toString(bound.outputTokens())));
    }
    return new Reply.Forward<>(
        facts.route().upstream().name(),
        path(facts, admission),
        edit.isEmpty() ? null : edit.apply(body.bytes(), body.offset(), body.length()),
        headers);
  }

  private static @Nullable String path(Exchange.Facts facts, Admission admission) {
    var prefix = facts.route().upstream().endpoint().getRawPath();
    var path = (prefix == null ? "" : prefix) + admission.endpoint().path();
    if (path.equals(admission.path())) {
      return null;
    }
    return admission.query() == null ? path : path + "?" + admission.query();
  }
}
