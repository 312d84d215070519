package dev.sluice.mcp.upstream.resource;

import dev.sluice.mcp.rpc.RpcError;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import tools.jackson.databind.node.JsonNodeFactory;

/// Watches resources of a server of the modern era, which has no requests to subscribe: it has one
/// stream for all that is watched, and another one as soon as that is something else.
public final class Subscriptions {

  /// The connection that all this is over.
  public interface Life {
    /// Waits that long, or until it has ended.
    boolean goesOn(Duration wait) throws InterruptedException;
  }

  /// Streams that are asked for until all are watched again, or as many as the server takes.
  private static final int ATTEMPTS_MAX = 32;

  private final Function<Call, CallResult> server;
  private final ServerListener listener;
  private final UpstreamLimits limits;
  private final Life life;

  /// Held while a stream is asked for: who waits for it waits no longer than its call may take.
  private final ReentrantLock changing = new ReentrantLock();

  private volatile Set<String> uris = Set.of();
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
    var asked = new Asked(call.cancellation(), end);
    return alone(asked, () -> changed(call, asked));
  }

  /// Whoever asks, and until when.
  private record Asked(Cancellation cancellation, long end) {}

  private CallResult alone(Asked asked, Supplier<CallResult> change) {
    try {
      if (!changing.tryLock(asked.end() - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        return CallResult.failed(
            Reason.TOTAL_TIMEOUT, Effect.NEVER_RUN, "another resource was asked for all the time");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return CallResult.failed(Reason.CANCELLED, Effect.NEVER_RUN, "interrupted");
    }
    try {
      return change.get();
    } finally {
      changing.unlock();
    }
  }

  private CallResult changed(Call call, Asked asked) {
    var uri = Watched.uri(call);
    var wanted = new TreeSet<>(uris);
    if (call.method().equals(Watched.UNSUBSCRIBE)) {
      return !wanted.remove(uri)
          ? nothing()
          : wanted.isEmpty() ? ended() : replaced(wanted, wanted, asked);
    }
    return wanted.add(uri) ? replaced(wanted, Set.of(uri), asked) : nothing();
  }

  /// Watches many at once, with one stream for all. Where a server refuses so many, it is asked for
  /// half of them, and then for more.
  ///
  /// @return those that it tells of
  Set<String> watch(List<String> all) {
    var asked =
        new Asked(new Cancellation(), System.nanoTime() + limits.times().totalMax().toNanos());
    var told = new HashSet<String>();
    int from = 0;
    int step = Math.max(1, all.size());
    for (int attempts = 0; from < all.size() && attempts < ATTEMPTS_MAX; attempts++) {
      var part = Set.copyOf(all.subList(from, Math.min(all.size(), from + step)));
      switch (alone(asked, () -> added(part, asked))) {
        case CallResult.Result _ -> {
          told.addAll(part);
          from += part.size();
        }
        case CallResult.Failed(var failure) when failure.reason() != Reason.HTTP_REFUSED -> {
          return watchedOf(told);
        }
        case CallResult.Refused _, CallResult.Failed _ -> {
          // One that is refused alone is left out.
          from += step == 1 ? 1 : 0;
          step = Math.max(1, part.size() / 2);
        }
      }
    }
    return watchedOf(told);
  }

  private CallResult added(Set<String> part, Asked asked) {
    var wanted = new TreeSet<>(uris);
    return wanted.addAll(part) ? replaced(wanted, part, asked) : nothing();
  }

  private Set<String> watchedOf(Set<String> told) {
    told.retainAll(uris);
    return told;
  }

  private CallResult ended() {
    open.ifPresent(this::end);
    open = Optional.empty();
    uris = Set.of();
    return nothing();
  }

  /// The stream before ends once the next one is there, so that nothing is missed. What the server
  /// does not tell of any more is in the way of nothing else.
  ///
  /// @param news of these it must tell of one at least
  private CallResult replaced(Set<String> wanted, Set<String> news, Asked asked) {
    var opened = new Listening(Set.copyOf(wanted), server, listener, limits, life);
    streams.add(opened);
    if (closed) {
      opened.close();
    }
    switch (opened.start(asked.cancellation(), asked.end())) {
      case Listening.Begun.Not(var why) -> {
        end(opened);
        return why;
      }
      case Listening.Begun.Told(var told) -> {
        if (Collections.disjoint(told, news)) {
          end(opened);
          return new CallResult.Refused(
              RpcError.of(
                  RpcError.INVALID_PARAMS,
                  "The server does not tell of " + news.iterator().next()));
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
