package dev.sluice.extproc.flow;

import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.policy.Upstream;
import dev.sluice.extproc.budget.BudgetHeaders;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.reply.Header;
import dev.sluice.extproc.reply.Reply;
import dev.sluice.extproc.reserve.Bounder;
import dev.sluice.extproc.reserve.Reserver;
import dev.sluice.extproc.reserve.TightReserver;
import dev.sluice.extproc.reserve.Unledgered;
import dev.sluice.extproc.settle.Settler;
import dev.sluice.extproc.translate.OwnThoughts;
import dev.sluice.extproc.translate.Prepared;
import dev.sluice.extproc.translate.Translation;
import dev.sluice.extproc.watch.Watcher;
import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.MessagesRequest;
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
    return facts.isRenamed()
        || isForeign(facts)
        || OwnThoughts.mayLack(facts)
        || (facts.needsHold() && bounder.isTight(facts));
  }

  private static boolean isForeign(Exchange.Facts facts) {
    return !facts.route().upstream().service().speaksMessages();
  }

  /// What is to be sent, and what else of it there is.
  ///
  /// @param body null where Java does not have it
  /// @param others the accounts of the attempts that follow
  record Outbound(Admission admission, @Nullable Body body, List<String> others) {
    Outbound {
      others = List.copyOf(others);
    }
  }

  /// A request on its way.
  ///
  /// @param translation null where the provider understands the request as it is
  private record Sending(Outbound outbound, @Nullable Prepared translation) {

    /// @throws Refused where the provider's language cannot say it: before anything is held for it
    static Sending of(Exchange.Facts facts, Outbound outbound) {
      var body = outbound.body();
      var dialect = outbound.admission().dialect();
      return new Sending(
          outbound,
          body == null || !isForeign(facts) ? null : Translation.prepare(facts, dialect, body));
    }
  }

  /// Fails with [Refused] where no hold can be had.
  CompletableFuture<Reply<Pending>> dispatched(Exchange exchange, Outbound outbound) {
    return exchange.facts().needsHold()
        ? dispatchWithHold(exchange, outbound)
        : CompletableFuture.completedFuture(dispatch(exchange, outbound));
  }

  /// Of a request that needs no hold.
  private Reply<Pending> dispatch(Exchange exchange, Outbound outbound) {
    var facts = exchange.facts();
    var sending = Sending.of(facts, outbound);
    exchanges.open(exchange);
    return sent(exchange, facts.bound().outputTokens(), List.of(), null, sending);
  }

  private CompletableFuture<Reply<Pending>> dispatchWithHold(Exchange exchange, Outbound outbound) {
    var admission = outbound.admission();
    var body = outbound.body();
    var facts = exchange.facts();
    var unledgered = holding.unledgered();
    var sending = Sending.of(facts, outbound);
    // Open before the hold is taken: the client can leave meanwhile, and Envoy then tells the end.
    exchanges.open(exchange);
    if (unledgered.goesOn(facts)) {
      return CompletableFuture.completedFuture(withoutHold(exchange, sending));
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
        .thenApply(reserved -> held(exchange, reserved, sending))
        .exceptionallyCompose(
            failure -> {
              if (unledgered.goesOn(facts, failure)) {
                return CompletableFuture.completedFuture(withoutHold(exchange, sending));
              }
              return body == null && Bounder.mayFit(failure)
                  ? CompletableFuture.completedFuture(
                      new Reply.ReadBody<>(new Pending.Unread(admission)))
                  : CompletableFuture.failedFuture(failure);
            });
  }

  private Reply<Pending> withoutHold(Exchange exchange, Sending sending) {
    holding.unledgered().start(exchange);
    var facts = exchange.facts();
    var header = new Header(DataPlane.LEDGER_FIELD, "unavailable");
    return sent(exchange, facts.bound().outputTokens(), List.of(header), null, sending);
  }

  private Reply<Pending> held(Exchange exchange, Reserver.Reserved reserved, Sending sending) {
    bounder.note(reserved.balances());
    if (!exchange.take(reserved.hold())) {
      settler.release(reserved.hold());
    }
    var hold = reserved.hold();
    var headers = BudgetHeaders.allowed(reserved.balances());
    var facts = exchange.facts();
    var id = hold.id().equals(facts.requestId()) ? null : hold.id();
    var reply = sent(exchange, hold.outputTokensMax(), headers, id, sending);
    return reply instanceof Reply.Forward<Pending> forward && hold.isElastic()
        ? new Reply.Watch<>(forward, new Pending.Watched(watcher.watch(exchange, hold)))
        : reply;
  }

  /// @param holdId that the access log is to name; null where it is the request's
  private static Reply<Pending> sent(
      Exchange exchange,
      long outputTokens,
      List<Header> budgetHeaders,
      @Nullable String holdId,
      Sending sending) {
    var facts = exchange.facts();
    var provider = facts.route().upstream();
    var outbound = sending.outbound();
    var told = told(facts, outputTokens, budgetHeaders);
    if (sending.translation() == null) {
      var body = outbound.body();
      return new Reply.Forward<>(
          provider.name(),
          facts.route().account(),
          outbound.others(),
          path(facts, outbound.admission()),
          body == null ? null : edited(facts, outputTokens, body, told),
          told,
          firstByte(facts),
          holdId,
          null,
          facts.attempt() == 1 ? null : outbound.admission().dialect());
    }
    var outgoing = sending.translation().within(outputTokens);
    if (!outgoing.untold().isEmpty()) {
      told.add(new Header(DataPlane.UNTOLD_FIELD, String.join(",", outgoing.untold())));
    }
    var forward =
        new Reply.Forward<Pending>(
            provider.name(),
            facts.route().account(),
            outbound.others(),
            prefix(provider) + outgoing.path(),
            outgoing.body(),
            told,
            firstByte(facts),
            holdId,
            outgoing.headers().get("anthropic-beta"),
            null);
    var answer = sending.translation().answer(outgoing);
    exchange.answeredIn(answer);
    return new Reply.Watch<>(forward, new Pending.Translated(answer));
  }

  private static boolean isShortened(Exchange.Facts facts, long outputTokens) {
    return facts.request().maxTokens() != null && outputTokens < facts.bound().outputTokens();
  }

  /// The headers of the answer.
  private static List<Header> told(
      Exchange.Facts facts, long outputTokens, List<Header> budgetHeaders) {
    var headers = new ArrayList<>(budgetHeaders);
    if (facts.route().insteadOf() != null) {
      headers.add(new Header(DataPlane.MODEL_FIELD, facts.route().model().name()));
    }
    if (isShortened(facts, outputTokens)) {
      headers.add(new Header(DataPlane.MAX_TOKENS_FIELD, Long.toString(outputTokens)));
    }
    return headers;
  }

  /// An answer in one piece begins when it is finished.
  private static @Nullable Duration firstByte(Exchange.Facts facts) {
    var timeouts = facts.route().upstream().timeouts();
    boolean inOnePiece = facts.endpoint().isBilled() && !facts.request().stream();
    return inOnePiece && timeouts.idle().compareTo(timeouts.firstByte()) > 0
        ? timeouts.idle()
        : null;
  }

  /// Null where nothing is to be changed: Envoy's body is the client's. An attempt after the first
  /// may find the body of the one before.
  private static byte @Nullable [] edited(
      Exchange.Facts facts, long outputTokens, Body body, List<Header> told) {
    var edit = new BodyEdit();
    var request = facts.request();
    var maxTokens = request.maxTokens();
    if (facts.isRenamed()) {
      edit.model(request.modelSpan(), facts.route().model().upstreamName());
    }
    if (maxTokens != null && isShortened(facts, outputTokens)) {
      edit.maxTokens(maxTokens.span(), outputTokens);
    }
    var edited =
        edit.isEmpty() ? body : Body.of(edit.apply(body.bytes(), body.offset(), body.length()));
    var own = OwnThoughts.of(facts, edited);
    if (own != null) {
      told.add(new Header(DataPlane.UNTOLD_FIELD, String.join(",", own.untold())));
      return own.body();
    }
    if (!edit.isEmpty()) {
      return edited.bytes();
    }
    boolean taken = request.fallbacks() instanceof MessagesRequest.Fallbacks.Taken;
    return facts.attempt() == 1 && !taken ? null : body.copy().bytes();
  }

  /// An attempt after the first finds the path of the one before.
  private static @Nullable String path(Exchange.Facts facts, Admission admission) {
    var path = prefix(facts.route().upstream()) + admission.endpoint().path();
    if (facts.attempt() == 1 && path.equals(admission.path())) {
      return null;
    }
    return admission.query() == null ? path : path + "?" + admission.query();
  }

  static String prefix(Upstream upstream) {
    var path = upstream.endpoint().getRawPath();
    return path == null ? "" : path;
  }
}
