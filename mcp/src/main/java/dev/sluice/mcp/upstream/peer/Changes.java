package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.CallSink;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;

/// Listens to a server of the modern era for changes of its lists, for as long as it lives.
///
/// A stream that ends is asked for again, after a wait; what changed in between is not known, and
/// the listener hears that the server is there again.
public final class Changes {

  private static final Map<String, String> FILTERS =
      Map.of(
          "tools", "toolsListChanged",
          "prompts", "promptsListChanged",
          "resources", "resourcesListChanged");

  private final Function<Call, CallResult> listen;
  private final ServerCard card;
  private final ServerListener listener;
  private final UpstreamLimits limits;
  private final Lifetime lifetime;
  private final Cancellation cancellation = new Cancellation();

  /// @param listen makes the call, which lasts
  public Changes(
      Function<Call, CallResult> listen,
      ServerCard card,
      ServerListener listener,
      UpstreamLimits limits,
      Lifetime lifetime) {
    this.listen = listen;
    this.card = card;
    this.listener = listener;
    this.limits = limits;
    this.lifetime = lifetime;
  }

  /// Begins to listen, where the server says that it tells of changes.
  public void start() {
    filter(card).ifPresent(call -> Thread.ofVirtual().name("mcp-changes").start(() -> run(call)));
  }

  public void close() {
    cancellation.cancel("closed");
  }

  private void run(Call call) {
    var wait = limits.times().backOffMin();
    while (lifetime.ended().isEmpty() && !cancellation.cancelled()) {
      var began = System.nanoTime();
      var result = listen.apply(call.with(sink()).with(cancellation));
      var lasted = Duration.ofNanos(System.nanoTime() - began);
      if (hopeless(result) || lifetime.endsWithin(wait)) {
        return;
      }
      wait =
          lasted.compareTo(limits.times().backOffMax()) > 0
              ? limits.times().backOffMin()
              : limits.times().backOffAfter(wait);
      listener.connected(card);
    }
  }

  /// A server that does not know how to tell of changes will not learn it.
  private static boolean hopeless(CallResult result) {
    return switch (result) {
      case CallResult.Refused _ -> true;
      case CallResult.Failed(var failure) ->
          switch (failure.reason()) {
            case HTTP_REFUSED, NOT_THERE, CANCELLED, CLOSED, FORBIDDEN_ADDRESS -> true;
            case UNREACHABLE,
                BACKING_OFF,
                UNAUTHORIZED,
                CONNECT_TIMEOUT,
                FIRST_BYTE_TIMEOUT,
                IDLE_TIMEOUT,
                TOTAL_TIMEOUT,
                CUT,
                TOO_LARGE,
                MALFORMED,
                HTTP_FAILED,
                SESSION_LOST,
                UNKNOWN_VERSION,
                TOO_MANY_ROUNDS,
                TOO_MANY_CALLS ->
                false;
          };
      case CallResult.Result _ -> false;
    };
  }

  private CallSink sink() {
    return new CallSink() {
      @Override
      public void notification(Message.Notification notification) {
        if (!notification.method().equals("notifications/subscriptions/acknowledged")) {
          listener.heard(notification);
        }
      }

      @Override
      public Message request(Message.Request request) throws InterruptedException {
        return SILENT.request(request);
      }
    };
  }

  private static Optional<Call> filter(ServerCard card) {
    var wanted = JsonNodeFactory.instance.objectNode();
    FILTERS.forEach(
        (capability, filter) -> {
          if (card.capabilities().path(capability).path("listChanged").booleanValue(false)) {
            wanted.put(filter, true);
          }
        });
    var params = JsonNodeFactory.instance.objectNode();
    params.set("notifications", wanted);
    return wanted.isEmpty()
        ? Optional.empty()
        : Optional.of(Call.of("subscriptions/listen", params).within(Duration.ofDays(1)));
  }
}
