package dev.sluice.mcp.upstream.resource;

import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import tools.jackson.databind.node.JsonNodeFactory;

/// Watches resources of a server of the modern era, which has no requests to subscribe: it has one
/// stream for all that is watched, and another one as soon as that is something else.
public final class Subscriptions {

  /// The connection that all this is over.
  public interface Life {
    /// Waits that long, or until it has ended.
    boolean goesOn(Duration wait) throws InterruptedException;
  }

  private final Function<Call, CallResult> server;
  private final ServerListener listener;
  private final UpstreamLimits limits;
  private final Life life;

  /// Held while a stream is asked for: who waits for it waits no longer than its call may take.
  private final ReentrantLock changing = new ReentrantLock();

  private Set<String> uris = Set.of();
  private Optional<Listening> open = Optional.empty();

  /// All that may be open, for who ends them and must not wait.
  private final Set<Listening> streams = ConcurrentHashMap.newKeySet();

  private volatile boolean closed;

  public Subscriptions(
      Function<Call, CallResult> server,
      ServerListener listener,
      UpstreamLimits limits,
      Life life) {
    this.server = server;
    this.listener = listener;
    this.limits = limits;
    this.life = life;
  }

  /// Whether a call is one to subscribe, or to end that.
  public static boolean takes(Call call) {
    return call.method().equals(Watched.SUBSCRIBE) || call.method().equals(Watched.UNSUBSCRIBE);
  }

  public CallResult call(Call call) {
    var end = System.nanoTime() + call.totalMax().orElse(limits.times().totalMax()).toNanos();
    try {
      if (!changing.tryLock(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return CallResult.failed(
            Reason.TOTAL_TIMEOUT, Effect.NEVER_RUN, "another resource was asked for all the time");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return CallResult.failed(Reason.CANCELLED, Effect.NEVER_RUN, "interrupted");
    }
    try {
      return changed(call, end);
    } finally {
      changing.unlock();
    }
  }

  private CallResult changed(Call call, long end) {
    var uri = Watched.uri(call);
    var wanted = new TreeSet<>(uris);
    if (call.method().equals(Watched.SUBSCRIBE) ? wanted.add(uri) : wanted.remove(uri)) {
      return wanted.isEmpty() ? ended() : replaced(wanted, call, end);
    }
    return nothing();
  }

  private CallResult ended() {
    open.ifPresent(this::end);
    open = Optional.empty();
    uris = Set.of();
    return nothing();
  }

  /// The stream before ends once the next one is there, so that nothing is missed. What the server
  /// does not tell of any more is in the way of nothing else.
  private CallResult replaced(Set<String> wanted, Call call, long end) {
    var uri = Watched.uri(call);
    var opened = new Listening(Set.copyOf(wanted), server, listener, limits, life);
    streams.add(opened);
    if (closed) {
      opened.close();
    }
    switch (opened.start(call.cancellation(), end)) {
      case Listening.Begun.Not(var why) -> {
        end(opened);
        return why;
      }
      case Listening.Begun.Told(var told) -> {
        if (wanted.contains(uri) ? !told.contains(uri) : told.isEmpty()) {
          end(opened);
          return new CallResult.Refused(
              RpcError.of(RpcError.INVALID_PARAMS, "The server does not tell of " + uri));
        }
        wanted.retainAll(told);
      }
    }
    open.ifPresent(this::end);
    open = Optional.of(opened);
    uris = Set.copyOf(wanted);
    return nothing();
  }

  private static CallResult nothing() {
    return new CallResult.Result(JsonNodeFactory.instance.objectNode());
  }

  private void end(Listening stream) {
    streams.remove(stream);
    stream.close();
  }

  /// It waits for nobody: who ends the connection may be the very thread that a call waits for.
  public void close() {
    closed = true;
    streams.forEach(Listening::close);
  }
}
