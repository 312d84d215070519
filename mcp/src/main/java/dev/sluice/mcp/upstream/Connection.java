package dev.sluice.mcp.upstream;

import dev.sluice.mcp.rpc.Message;
import dev.sluice.mcp.upstream.call.Call;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.CallResult;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.call.ServerCard;
import dev.sluice.mcp.upstream.call.ServerListener;
import dev.sluice.mcp.upstream.call.UpstreamLimits;
import dev.sluice.mcp.upstream.peer.Peer;
import dev.sluice.mcp.upstream.peer.PeerOpener;
import dev.sluice.mcp.upstream.resource.Watched;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connection to one declared server.
///
/// 1. One thread keeps it: it opens it, asks from time to time whether the server is there, and
///    opens it anew when it has ended, after a wait that grows.
/// 2. A call takes the connection that there is. While it is being opened, the call waits; while
///    the next attempt is waited for, the call fails at once, so that a server that is down costs
///    nobody any time.
/// 3. A new connection is told which resources are watched.
/// 4. A call that was certainly not run, since the session or the connection was gone, is sent once
///    more on a new one.
public final class Connection implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
  private static final int QUICK_LOSSES_MAX = 2;

  private final String name;
  private final PeerOpener opener;
  private final ServerListener listener;
  private final UpstreamLimits limits;
  private final InstantSource clock;
  private final Backoff backoff;
  private final Cancellation closing = new Cancellation();
  private Watched watched = new Watched();
  private @Nullable Peer peer;

  // What was logged last; null where that was the connection itself.
  private @Nullable CallFailure told;
  private Health health;

  public Connection(
      String name,
      PeerOpener opener,
      ServerListener listener,
      UpstreamLimits limits,
      InstantSource clock,
      RandomGenerator random) {
    this.name = name;
    this.opener = opener;
    this.listener = listener;
    this.limits = limits;
    this.clock = clock;
    this.backoff = new Backoff(limits.times().backOffMin(), limits.times().backOffMax(), random);
    this.health =
        new Health(Health.State.CONNECTING, clock.instant(), Optional.empty(), Optional.empty());
  }

  /// Watches what another one to the same server does, in whose place it begins.
  public void follow(Connection before) {
    watched = before.watched;
  }

  /// Begins to keep the connection.
  public Connection start() {
    Thread.ofVirtual().name("mcp-keep-" + name).start(this::keep);
    return this;
  }

  public String name() {
    return name;
  }

  public synchronized Health health() {
    return health;
  }

  /// Makes a call; it always returns, and at the latest when its time is over.
  public CallResult call(Call call) {
    var end = System.nanoTime() + call.totalMax().orElse(limits.times().totalMax()).toNanos();
    var refused = watched.refused(call);
    if (refused.isPresent()) {
      return refused.get();
    }
    var used = awaitPeer(end);
    if (used.isEmpty()) {
      var result = unavailable();
      watched.note(call, result);
      return result;
    }
    var result = called(used.get(), call, end);
    if (!again(result, call)) {
      return result;
    }
    forget(used.get());
    var renewed = awaitPeer(end);
    return renewed.isEmpty() ? result : called(renewed.get(), call, end);
  }

  /// A server that answers is one that can be connected to.
  private CallResult called(Peer used, Call call, long end) {
    var result = used.call(call.within(left(end)));
    if (!(result instanceof CallResult.Failed)) {
      backoff.succeeded();
    }
    watched.note(call, result);
    return result;
  }

  /// Whether the call met a connection that had ended before, and did nothing.
  private static boolean again(CallResult result, Call call) {
    return result instanceof CallResult.Failed(var failure)
        && failure.effect() == Effect.NEVER_RUN
        && failure.reason() == Reason.SESSION_LOST
        && !call.cancellation().cancelled();
  }

  /// Tells the server what belongs to no call; lost where there is no connection.
  public void tell(Message.Notification notification) throws CallException {
    var current = current();
    if (current.isPresent()) {
      current.get().tell(notification);
    }
  }

  /// What the server said of itself, if it was ever reached.
  public Optional<ServerCard> card() {
    return health().card();
  }

  @Override
  public void close() {
    Optional<Peer> last;
    synchronized (this) {
      health = health.to(Health.State.CLOSED, clock.instant());
      last = Optional.ofNullable(peer);
      peer = null;
      notifyAll();
    }
    closing.cancel("closed");
    last.ifPresent(Peer::close);
  }

  private void keep() {
    try {
      while (!closed()) {
        var opened = opened();
        var wait = opened.isPresent() ? watch(opened.get()) : backoff.next();
        waitFor(wait);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Peer> opened() {
    change(health().to(Health.State.CONNECTING, clock.instant()));
    try {
      var opened = opener.open(closing);
      if (!took(opened)) {
        opened.close();
        return Optional.empty();
      }
      heardOf(opened.card());
      watched.renew(opened::call, opened.subscriptions(), listener);
      return Optional.of(opened);
    } catch (CallException e) {
      failed(e.failure());
    } catch (RuntimeException e) {
      LOG.error("BUG: the connection to {} could not be opened", name, e);
      failed(new CallFailure(Reason.UNREACHABLE, Effect.NEVER_RUN, "BUG: see the log"));
    }
    return Optional.empty();
  }

  private synchronized boolean took(Peer opened) {
    if (health.state() == Health.State.CLOSED) {
      return false;
    }
    peer = opened;
    health = health.connected(opened.card(), clock.instant());
    if (told != null) {
      told = null;
      LOG.info("{} is connected", name);
    }
    notifyAll();
    return true;
  }

  private void heardOf(ServerCard card) {
    try {
      listener.connected(card);
    } catch (RuntimeException e) {
      LOG.error("BUG: nobody could hear that {} is connected", name, e);
    }
  }

  /// Watches the connection until it has ended, and tells how long to wait for the next one.
  private Duration watch(Peer watched) throws InterruptedException {
    var began = System.nanoTime();
    while (true) {
      var end = watched.ended(limits.times().checkEvery());
      if (end.isEmpty()) {
        end = checked(watched);
      }
      if (end.isPresent()) {
        watched.close();
        return lost(end.get(), Duration.ofNanos(System.nanoTime() - began));
      }
      backoff.succeeded();
    }
  }

  /// A session that a server has forgotten is replaced at once, and calls wait for that; unless it
  /// forgets one after the other.
  private Duration lost(CallFailure failure, Duration lived) {
    var forgotten = failure.reason() == Reason.SESSION_LOST;
    if (forgotten && lived.compareTo(limits.times().backOffMin()) > 0) {
      renewing(failure);
      return Duration.ZERO;
    }
    if (forgotten && backoff.failures() < QUICK_LOSSES_MAX) {
      renewing(failure);
    } else {
      failed(failure);
    }
    return backoff.next();
  }

  private synchronized void renewing(CallFailure failure) {
    peer = null;
    if (health.state() != Health.State.CLOSED) {
      health = health.failed(failure, clock.instant()).to(Health.State.CONNECTING, clock.instant());
    }
    notifyAll();
  }

  private Optional<CallFailure> checked(Peer watched) {
    return switch (watched.check(limits.times().firstByteMax())) {
      case CallResult.Result _, CallResult.Refused _ -> Optional.empty();
      case CallResult.Failed(var failure) ->
          failure.reason() == Reason.TOO_MANY_CALLS ? Optional.empty() : Optional.of(failure);
    };
  }

  private synchronized void failed(CallFailure failure) {
    peer = null;
    if (health.state() != Health.State.CLOSED) {
      health = health.failed(failure, clock.instant());
      if (!failure.equals(told)) {
        told = failure;
        LOG.info("{} is not connected: {} ({})", name, failure.reason(), failure.detail());
      }
    }
    notifyAll();
  }

  private synchronized void change(Health value) {
    if (health.state() != Health.State.CLOSED) {
      health = value;
    }
  }

  private synchronized boolean closed() {
    return health.state() == Health.State.CLOSED;
  }

  private synchronized void waitFor(Duration wait) throws InterruptedException {
    var end = System.nanoTime() + wait.toNanos();
    while (health.state() != Health.State.CLOSED && end - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
    }
  }

  /// The session of a call has ended, and the call waits for the next one.
  @SuppressWarnings("ReferenceEquality") // The same connection, and not one like it.
  private synchronized void forget(Peer used) {
    if (peer == used) {
      peer = null;
      health = health.to(Health.State.CONNECTING, clock.instant());
    }
  }

  private synchronized Optional<Peer> current() {
    return Optional.ofNullable(peer);
  }

  /// Empty where there is no connection, and none is being opened.
  private synchronized Optional<Peer> awaitPeer(long end) {
    try {
      while (peer == null
          && health.state() == Health.State.CONNECTING
          && end - System.nanoTime() > 0) {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return Optional.ofNullable(peer);
  }

  private synchronized CallResult unavailable() {
    return switch (health.state()) {
      case CLOSED ->
          CallResult.failed(Reason.CLOSED, Effect.NEVER_RUN, "the connection was closed");
      case CONNECTING, CONNECTED ->
          CallResult.failed(Reason.CONNECT_TIMEOUT, Effect.NEVER_RUN, "no connection in time");
      case BACKING_OFF ->
          CallResult.failed(
              Reason.BACKING_OFF,
              Effect.NEVER_RUN,
              health.lastFailure().map(CallFailure::detail).orElse("not connected"));
    };
  }

  private static Duration left(long end) {
    return Duration.ofNanos(Math.max(1, end - System.nanoTime()));
  }
}
