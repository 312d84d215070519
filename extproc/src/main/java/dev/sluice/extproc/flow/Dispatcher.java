package dev.sluice.extproc.flow;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.budget.BudgetHeaders;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.reply.Header;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.reserve.Bounder;
import dev.sluice.extproc.reserve.Reserver;
import dev.sluice.extproc.settle.Settler;
import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.LooseBound;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens the exchange, takes its hold, and writes the request for the provider.
public final class Dispatcher {

  private final Exchanges exchanges;
  private final Bounder bounder;
  private final Reserver reserver;
  private final Settler settler;

  public Dispatcher(Exchanges exchanges, Bounder bounder, Reserver reserver, Settler settler) {
    this.exchanges = exchanges;
    this.bounder = bounder;
    this.reserver = reserver;
    this.settler = settler;
  }

  /// Blocks where a hold is needed.
  ///
  /// @throws Refused where no hold can be had
  Reply<Admission> dispatch(Exchange exchange, Admission admission, Body body) {
    var facts = exchange.facts();
    // Open before the hold is taken: the client can leave meanwhile, and Envoy then tells the end.
    exchanges.open(exchange);
    if (!facts.needsHold()) {
      return forward(facts, facts.bound(), List.of(), admission, body);
    }
    var reserved = reserve(exchange, body);
    bounder.note(reserved.balances());
    if (!exchange.take(reserved.hold())) {
      settler.release(reserved.hold());
    }
    var headers = BudgetHeaders.allowed(reserved.balances());
    return forward(facts, reserved.hold().bound(), headers, admission, body);
  }

  private Reserver.Reserved reserve(Exchange exchange, Body body) {
    boolean granted = false;
    try {
      var reserved = reserve(exchange.facts(), body);
      granted = true;
      return reserved;
    } finally {
      if (!granted) {
        exchanges.take(exchange.facts().requestId());
      }
    }
  }

  /// The body is looked at only where money is tight, or where the loose bound was refused for it.
  private Reserver.Reserved reserve(Exchange.Facts facts, Body body) {
    if (bounder.isTight(facts)) {
      return reserver.reserve(facts, bounder.tightly(facts, body));
    }
    try {
      return reserver.reserve(facts, Bounder.loosely(facts));
    } catch (Refused e) {
      return reserver.reserve(facts, bounder.tighter(facts, body, e));
    }
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
