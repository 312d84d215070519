package dev.sluice.mcp.serve.stream;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.RpcId;
import dev.sluice.mcp.upstream.http.Watchdog;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The streams to clients that are open, so many in all and of each key; and those that ended a
/// moment ago, which can be taken up again.
public final class Streams {

  /// @param until when it is forgotten, for one that nobody reads
  private record Known(ObjectName key, String session, EventLog log, long until) {}

  private final StreamLimits limits;
  private final String gateway;
  private final Map<ObjectName, Integer> ofKey = new HashMap<>();
  private final Map<String, Known> resumable = new HashMap<>();

  /// Those that nobody reads, in the order in which they are forgotten.
  private final Map<String, Known> left = new LinkedHashMap<>();

  private final AtomicLong leftBytes = new AtomicLong();
  private volatile int open;

  /// @param gateway by which name others know this one
  public Streams(StreamLimits limits, String gateway) {
    this.limits = limits;
    this.gateway = gateway;
  }

  public StreamLimits limits() {
    return limits;
  }

  /// Room for one stream; it ends when each of its holders has closed it.
  public final class Room {
    private final ObjectName key;
    private final AtomicInteger holders = new AtomicInteger(1);
    private volatile Runnable end = () -> {};

    private Room(ObjectName key) {
      this.key = key;
    }

    /// What ends with it.
    public void with(Runnable value) {
      end = value;
    }

    public void share() {
      holders.incrementAndGet();
    }

    public void leave() {
      if (holders.decrementAndGet() == 0) {
        left(key);
        end.run();
      }
    }
  }

  /// Empty where there are as many as there may be.
  public synchronized Optional<Room> enter(ObjectName key) {
    if (open >= limits.openMax() || ofKey.getOrDefault(key, 0) >= limits.openOfKeyMax()) {
      return Optional.empty();
    }
    open++;
    ofKey.merge(key, 1, Integer::sum);
    return Optional.of(new Room(key));
  }

  private synchronized void left(ObjectName key) {
    open--;
    ofKey.computeIfPresent(key, (_, count) -> count > 1 ? count - 1 : null);
    notifyAll();
  }

  public int open() {
    return open;
  }

  /// Waits until none is open, or until it has taken too long.
  public synchronized void awaitNone(long nanosMax) throws InterruptedException {
    var end = System.nanoTime() + nanosMax;
    while (open > 0 && end - System.nanoTime() > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(1_000_000, end - System.nanoTime()));
    }
  }

  public EventLog log(List<RpcId> requests) {
    return log(EventId.stream(gateway, requests), requests);
  }

  private EventLog log(String id, List<RpcId> requests) {
    return new EventLog(id, requests, limits, () -> limits.bytesMax(open));
  }

  /// For the rest of a stream of another gateway.
  ///
  /// @param after the number of the last event that the client has
  public EventLog copy(String id, List<RpcId> requests, long after) {
    return log(id, requests).from(after);
  }

  /// For what answers a request at another gateway.
  public EventLog copy(RpcId request) {
    return log(List.of(request));
  }

  /// From here on a client can take it up again.
  public synchronized void keep(ObjectName key, String session, EventLog log) {
    forget(log);
    resumable.put(log.id(), new Known(key, session, log, Long.MAX_VALUE));
    forgetOld();
  }

  /// A reader has gone. Where there is no other, it is kept for a while, and then abandoned.
  public synchronized void leave(EventLog log) {
    if (log.attached() && !log.ended()) {
      return;
    }
    var until = System.nanoTime() + limits.keptFor().toNanos();
    var known = resumable.remove(log.id());
    if (known != null) {
      left.put(log.id(), new Known(known.key(), known.session(), log, until));
      log.count(leftBytes);
    }
    if (!log.ended()) {
      int reader = log.readers();
      var _ = Watchdog.at(limits.keptFor(), () -> log.abandon(reader));
    }
    forgetOld();
  }

  public synchronized Optional<EventLog> find(String stream, ObjectName key, String session) {
    forgetOld();
    return Optional.ofNullable(resumable.get(stream))
        .or(() -> Optional.ofNullable(left.get(stream)))
        .filter(known -> known.key().equals(key) && known.session().equals(session))
        .map(Known::log);
  }

  public synchronized void forget(EventLog log) {
    resumable.remove(log.id());
    if (left.remove(log.id()) != null) {
      log.count(null);
    }
  }

  private void forgetOld() {
    var now = System.nanoTime();
    var all = left.values().iterator();
    while (all.hasNext()) {
      var oldest = all.next();
      if (oldest.until() - now >= 0
          && left.size() <= limits.keptMax()
          && leftBytes.get() <= limits.keptBytesMax()) {
        return;
      }
      all.remove();
      oldest.log().count(null);
    }
  }
}
