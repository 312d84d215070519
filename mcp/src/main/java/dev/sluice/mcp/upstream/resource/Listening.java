package dev.sluice.mcp.upstream.resource;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.CallSink;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.node.JsonNodeFactory;

/// A stream of a server of the modern era that tells of some resources, and is asked for again
/// where it ends too early.
final class Listening implements CallSink {

  private final Set<String> uris;
  private final Function<Call, CallResult> server;
  private final ServerListener listener;
  private final UpstreamLimits limits;
  private final Subscriptions.Life life;
  private final Cancellation cancellation = new Cancellation();
  private final CountDownLatch acknowledged = new CountDownLatch(1);
  private volatile Set<String> granted = Set.of();

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

  /// The resources that the server says it will tell of; none where it says nothing in time.
  Set<String> start() {
    Thread.ofVirtual().name("mcp-resources").start(this::run);
    try {
      var max = limits.times().firstByteMax();
      return acknowledged.await(max.toNanos(), TimeUnit.NANOSECONDS) ? granted : Set.of();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Set.of();
    }
  }

  void close() {
    cancellation.cancel("closed");
  }

  private void run() {
    try {
      do {
        var result = server.apply(call());
        if (result instanceof CallResult.Refused) {
          close();
        }
        // Who waits for a word of a server that never says one need not wait any longer.
        acknowledged.countDown();
      } while (!granted.isEmpty() && !cancellation.cancelled() && lives());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean lives() throws InterruptedException {
    return life.goesOn(limits.times().backOffMin());
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
    var again = !granted.isEmpty();
    var told = notification.params().path("notifications").path("resourceSubscriptions");
    granted = told.valueStream().map(uri -> uri.stringValue("")).collect(Collectors.toSet());
    acknowledged.countDown();
    if (again) {
      // What changed in between is not known.
      uris.forEach(uri -> listener.heard(Watched.updated(uri)));
    }
  }

  @Override
  public Message request(Message.Request request) throws InterruptedException {
    return SILENT.request(request);
  }
}
