package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.rpc.Meta;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.Tally;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.util.Optional;
import java.util.Set;

/// Finds who a message of the server is for: a call by its id or its token, or the listener.
public final class Dispatch {

  private static final String PROGRESS = "notifications/progress";
  private static final String CANCELLED = "notifications/cancelled";
  private static final Set<String> OF_THE_SERVER =
      Set.of(
          "notifications/tools/list_changed",
          "notifications/prompts/list_changed",
          "notifications/resources/list_changed",
          "notifications/resources/updated");

  private final OpenCalls calls;
  private final ServerListener listener;
  private final Tally tally;
  private final Askings askings;

  public Dispatch(OpenCalls calls, ServerListener listener, Tally tally, UpstreamLimits limits) {
    this.calls = calls;
    this.listener = listener;
    this.tally = tally;
    this.askings = new Askings(limits.askedAtOnceMax(), tally);
  }

  /// A message on the stream of one call; the result where it is the answer.
  public Optional<CallResult> own(Message message, Exchange exchange, Reply reply) {
    switch (message) {
      case Message.Answer _, Message.Failure _ -> {
        var result = exchange.result(message);
        result.ifPresent(_ -> calls.answered(exchange.id()));
        if (result.isEmpty()) {
          tally.drop(Tally.Dropped.UNKNOWN_ANSWER);
        }
        return result;
      }
      case Message.Request request -> askings.ask(request, Optional.of(exchange), reply);
      case Message.Notification notification -> told(notification, exchange);
    }
    return Optional.empty();
  }

  private void told(Message.Notification notification, Exchange exchange) {
    var method = notification.method();
    if (method.equals(PROGRESS)) {
      progress(notification, exchange);
    } else if (method.equals(CANCELLED)) {
      withdraw(notification);
    } else if (OF_THE_SERVER.contains(method) && !exchange.lasting()) {
      listener.heard(notification);
    } else {
      exchange.call().sink().notification(notification);
    }
  }

  private void progress(Message.Notification notification, Exchange exchange) {
    if (exchange.hasToken(Exchange.tokenOf(notification))) {
      exchange.call().sink().notification(exchange.restored(notification));
    } else {
      tally.drop(Tally.Dropped.UNKNOWN_PROGRESS);
    }
  }

  /// A message on a channel that all calls share.
  public void shared(Message message, Reply reply) {
    switch (message) {
      case Message.Answer(var id, _, _) -> answered(message, Optional.of(id));
      case Message.Failure(var id, _, _) -> answered(message, id);
      // On such a channel nothing says which call a request is for: with several it is for none.
      case Message.Request request -> askings.ask(request, calls.only(), reply);
      case Message.Notification notification -> told(notification);
    }
  }

  private void answered(Message message, Optional<RpcId> id) {
    id.ifPresent(calls::answered);
    var exchange = id.flatMap(calls::byId);
    exchange.ifPresentOrElse(
        e -> e.inbox().answer(message), () -> tally.drop(Tally.Dropped.UNKNOWN_ANSWER));
  }

  private void told(Message.Notification notification) {
    switch (notification.method()) {
      case PROGRESS -> {
        var exchange = calls.byToken(Exchange.tokenOf(notification));
        if (exchange.isEmpty()) {
          tally.drop(Tally.Dropped.UNKNOWN_PROGRESS);
        } else if (!exchange.get().inbox().offer(notification)) {
          tally.drop(Tally.Dropped.OVERFLOW);
        }
      }
      case CANCELLED -> withdraw(notification);
      case "notifications/subscriptions/acknowledged" ->
          // It names its stream; on a shared channel nothing else does.
          RpcId.of(Meta.of(notification.params()).get(Meta.SUBSCRIPTION_ID))
              .flatMap(calls::byId)
              .filter(Exchange::lasting)
              .ifPresent(exchange -> exchange.inbox().offer(notification));
      default -> listener.heard(notification);
    }
  }

  /// A server withdraws what it asked, or ends a stream of changes.
  private void withdraw(Message.Notification notification) {
    var id = RpcId.of(notification.params().get("requestId"));
    if (id.isEmpty() || askings.withdraw(id.get(), notification)) {
      return;
    }
    var ended = new CallFailure(Reason.CUT, Effect.MAY_HAVE_RUN, "the server ended it");
    calls.byId(id.get()).filter(Exchange::lasting).ifPresent(e -> e.inbox().fail(ended));
  }

  /// The call ends without an answer, and the server may still work on it.
  public void giveUp(Exchange exchange) {
    calls.giveUp(exchange);
  }

  public void end(Exchange exchange) {
    calls.close(exchange);
    askings.end(exchange);
  }

  /// The answer to that call was larger than it may be, and was not kept.
  public void tooLarge(RpcId id, String detail) {
    var failure = new CallFailure(Reason.TOO_LARGE, Effect.MAY_HAVE_RUN, detail);
    calls.answered(id);
    calls
        .byId(id)
        .ifPresentOrElse(
            e -> e.inbox().fail(failure), () -> tally.drop(Tally.Dropped.UNKNOWN_ANSWER));
  }

  public void malformed() {
    tally.drop(Tally.Dropped.MALFORMED);
  }
}
