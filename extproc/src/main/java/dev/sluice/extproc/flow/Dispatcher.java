package dev.sluice.extproc.flow;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.extproc.budget.BudgetHeaders;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.reply.Header;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.reserve.Bounder;
import dev.sluice.extproc.reserve.Reserver;
import dev.sluice.extproc.reserve.TightReserver;
import dev.sluice.extproc.reserve.Unledgered;
import dev.sluice.extproc.settle.Settler;
import dev.sluice.extproc.watch.Watcher;
import dev.sluice.wire.anthropic.BodyEdit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Opens the exchange, takes its hold, and writes the request for the provider.
public final class Dispatcher {

  /// How a hold is had: by size, by all that can be known, or not at all.
  public record Holding(Reserver reserver, TightReserver tightReserver, Unledgered unledgered) {}

  private final Exchanges exchanges;
  private final Bounder bounder;
  private final Holding holding;
  private final Settler settler;
  private final Watcher watcher;

  public Dispatcher(
      Exchanges exchanges, Bounder bounder, Holding holding, Settler settler, Watcher watcher) {
    this.exchanges = exchanges;
    this.bounder = bounder;
    this.holding = holding;
    this.settler = settler;
    this.watcher = watcher;
  }

  /// Whether the body is needed before a hold is taken: it is to be changed, or to be bounded.
  boolean needsBody(Exchange.Facts facts) {
    return facts.isRenamed() || (facts.needsHold() && bounder.isTight(facts));
  }

  /// Of a request that needs no hold.
  Reply<Pending> dispatch(Exchange exchange, Admission admission, @Nullable Body body) {
    exchanges.open(exchange);
    var facts = exchange.facts();
    return forward(facts, facts.bound().outputTokens(), List.of(), admission, body);
  }

  /// Fails with [Refused] where no hold can be had.
  ///
  /// @param body null where Java does not have it
  CompletableFuture<Reply<Pending>> dispatchWithHold(
      Exchange exchange, Admission admission, @Nullable Body body) {
    var facts = exchange.facts();
    var unledgered = holding.unledgered();
    // Open before the hold is taken: the client can leave meanwhile, and Envoy then tells the end.
    exchanges.open(exchange);
    if (unledgered.goesOn(facts)) {
      return CompletableFuture.completedFuture(withoutHold(exchange, admission, body));
    }
    var reserving =
        body == null
            ? holding.reserver().reserveFirst(facts)
            : holding.tightReserver().reserve(facts, admission.dialect(), body);
    return reserving
        .whenComplete(
            (_, failure) -> {
              if (failure != null && !unledgered.goesOn(facts, failure)) {
                exchanges.take(facts.requestId());
              }
            })
        .thenApply(reserved -> held(exchange, reserved, admission, body))
        .exceptionallyCompose(
            failure -> {
              if (unledgered.goesOn(facts, failure)) {
                return CompletableFuture.completedFuture(withoutHold(exchange, admission, body));
              }
              return body == null && Bounder.mayFit(failure)
                  ? CompletableFuture.completedFuture(
                      new Reply.ReadBody<>(new Pending.Unread(admission)))
                  : CompletableFuture.failedFuture(failure);
            });
  }

  private Reply<Pending> withoutHold(Exchange exchange, Admission admission, @Nullable Body body) {
    holding.unledgered().start(exchange);
    var facts = exchange.facts();
    var header = new Header(DataPlane.LEDGER_FIELD, "unavailable");
    return forward(facts, facts.bound().outputTokens(), List.of(header), admission, body);
  }

  private Reply<Pending> held(
      Exchange exchange, Reserver.Reserved reserved, Admission admission, @Nullable Body body) {
    bounder.note(reserved.balances());
    if (!exchange.take(reserved.hold())) {
      settler.release(reserved.hold());
    }
    var hold = reserved.hold();
    var headers = BudgetHeaders.allowed(reserved.balances());
    var facts = exchange.facts();
    var plain = forward(facts, hold.outputTokensMax(), headers, admission, body);
    var forward = hold.id().equals(facts.requestId()) ? plain : plain.withHold(hold.id());
    return hold.isElastic()
        ? new Reply.Watch<>(forward, new Pending.Watched(watcher.watch(exchange, hold)))
        : forward;
  }

  private static boolean isShortened(Exchange.Facts facts, long outputTokens) {
    return facts.request().maxTokens() != null && outputTokens < facts.bound().outputTokens();
  }

  private static Reply.Forward<Pending> forward(
      Exchange.Facts facts,
      long outputTokens,
      List<Header> budgetHeaders,
      Admission admission,
      @Nullable Body body) {
    var headers = new ArrayList<>(budgetHeaders);
    if (facts.route().insteadOf() != null) {
      headers.add(new Header(DataPlane.MODEL_FIELD, facts.route().model().name()));
    }
    if (isShortened(facts, outputTokens)) {
      headers.add(new Header(DataPlane.MAX_TOKENS_FIELD, Long.toString(outputTokens)));
    }
    return new Reply.Forward<>(
        facts.route().upstream().name(),
        path(facts, admission),
        body == null ? null : edited(facts, outputTokens, body),
        headers,
        firstByte(facts),
        null);
  }

  /// An answer in one piece begins when it is finished.
  private static @Nullable Duration firstByte(Exchange.Facts facts) {
    var timeouts = facts.route().upstream().timeouts();
    boolean inOnePiece = facts.endpoint() == Endpoint.MESSAGES && !facts.request().stream();
    return inOnePiece && timeouts.idle().compareTo(timeouts.firstByte()) > 0
        ? timeouts.idle()
        : null;
  }

  /// Null where nothing is to be changed.
  private static byte @Nullable [] edited(Exchange.Facts facts, long outputTokens, Body body) {
    var edit = new BodyEdit();
    var request = facts.request();
    var maxTokens = request.maxTokens();
    if (facts.isRenamed()) {
      edit.model(request.modelSpan(), facts.route().model().upstreamName());
    }
    if (maxTokens != null && isShortened(facts, outputTokens)) {
      edit.maxTokens(maxTokens.span(), outputTokens);
    }
    return edit.isEmpty() ? null : edit.apply(body.bytes(), body.offset(), body.length());
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
