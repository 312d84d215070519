package dev.sluice.mcp.upstream.resource;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.CallSink;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;

/// A stream of a server of the modern era that tells of some resources, and is asked for again
/// where it ends too early.
final class Listening implements CallSink {

  /// What became of the first attempt.
  sealed interface Begun {

    /// The resources that the server says it will tell of.
    record Told(Set<String> uris) implements Begun {
      public Told {
        uris = Set.copyOf(uris);
      }
    }

    /// It does not tell, for that reason.
    record Not(CallResult why) implements Begun {}
  }

  private final Set<String> uris;
  private final Function<Call, CallResult> server;
  private final ServerListener listener;
  private final UpstreamLimits limits;
  private final Subscriptions.Life life;
  private final Cancellation cancellation = new Cancellation();
  private final CompletableFuture<Begun> begun = new CompletableFuture<>();
  private volatile boolean told;

  Listening(
      Set<String> uris,
      Function<Call, CallResult> server,
      ServerListener listener,
      UpstreamLimits limits,
      Subscriptions.Life life) {
    this.uris = uris;
    this.server = server;
    this.listener = listener;
    this.limits = limits;
    this.life = life;
  }

  /// Waits for the first word of the server, and no longer than the call that asks for it.
  Begun start(Cancellation asking, long end) {
    Thread.ofVirtual().name("mcp-resources").start(this::run);
    try (var _ = asking.onCancel(() -> begun.complete(not(Reason.CANCELLED, "cancelled")))) {
      var left = Math.min(end - System.nanoTime(), limits.times().firstByteMax().toNanos());
      return begun.get(left, TimeUnit.NANOSECONDS);
    } catch (TimeoutException _) {
      var reason = end - System.nanoTime() > 0 ? Reason.FIRST_BYTE_TIMEOUT : Reason.TOTAL_TIMEOUT;
      return not(reason, "the server did not say what it will tell of");
    } catch (ExecutionException e) {
      throw new IllegalStateException("BUG: nothing fails here", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return not(Reason.CANCELLED, "interrupted");
    }
  }

  private static Begun not(Reason reason, String detail) {
    return new Begun.Not(CallResult.failed(reason, Effect.MAY_HAVE_RUN, detail));
  }

  void close() {
    cancellation.cancel("closed");
  }

  private void run() {
    var wait = limits.times().backOffMin();
    try {
      while (true) {
        var since = System.nanoTime();
        var result = server.apply(call());
        // Who waits for a word of a server that never says one need not wait any longer.
        begun.complete(silent(result));
        var lasted = Duration.ofNanos(System.nanoTime() - since);
        if (!told || cancellation.cancelled() || !life.goesOn(wait) || cancellation.cancelled()) {
          return;
        }
        wait =
            lasted.compareTo(limits.times().backOffMax()) > 0
                ? limits.times().backOffMin()
                : limits.times().backOffAfter(wait);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Begun silent(CallResult result) {
    return switch (result) {
      case CallResult.Result _ -> new Begun.Told(Set.of());
      case CallResult.Refused _, CallResult.Failed _ -> new Begun.Not(result);
    };
  }

  private Call call() {
    var params = JsonNodeFactory.instance.objectNode();
    var wanted = params.putObject("notifications").putArray("resourceSubscriptions");
    uris.stream().sorted().forEach(wanted::add);
    return Call.of("subscriptions/listen", params)
        .with(this)
        .with(cancellation)
        .within(Duration.ofDays(1));
  }

  @Override
  public void notification(Message.Notification notification) {
    if (!notification.method().equals("notifications/subscriptions/acknowledged")) {
      listener.heard(notification);
      return;
    }
    if (told) {
      // What changed in between is not known.
      uris.forEach(uri -> listener.heard(Watched.updated(uri)));
      return;
    }
    var granted = notification.params().path("notifications").path("resourceSubscriptions");
    var names = granted.valueStream().map(uri -> uri.stringValue("")).collect(Collectors.toSet());
    told = true;
    begun.complete(new Begun.Told(names));
  }

  @Override
  public Message request(Message.Request request) throws InterruptedException {
    return SILENT.request(request);
  }
}
