package dev.sluice.mcp.serve.stream;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.rpc.RpcId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// The streams to clients that are open, so many in all and of each key; and those that ended a
/// moment ago, which can be taken up again.
public final class Streams {

  private record Known(ObjectName key, String session, EventLog log, long until) {}

  private final StreamLimits limits;
  private final Map<ObjectName, Integer> ofKey = new HashMap<>();
  private final Map<String, Known> resumable = new LinkedHashMap<>();
  private int open;

  public Streams(StreamLimits limits) {
    this.limits = limits;
  }

  public StreamLimits limits() {
    return limits;
  }

  /// Room for one stream; it ends when each of its holders has closed it.
  public final class Room {
    private final ObjectName key;
    private final AtomicInteger holders = new AtomicInteger(1);

    private Room(ObjectName key) {
      this.key = key;
    }

    public void share() {
      holders.incrementAndGet();
    }

    public void leave() {
      if (holders.decrementAndGet() == 0) {
        left(key);
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

  public synchronized int open() {
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
    return new EventLog(requests, limits);
  }

  /// From here on a client can take it up again.
  public synchronized void keep(ObjectName key, String session, EventLog log) {
    resumable.put(log.id(), new Known(key, session, log, Long.MAX_VALUE));
    forgetOld();
  }

  /// Nobody reads it now: it is kept for a while.
  public synchronized void leave(EventLog log) {
    var until = System.nanoTime() + limits.keptFor().toNanos();
    resumable.computeIfPresent(
        log.id(), (_, known) -> new Known(known.key(), known.session(), log, until));
    forgetOld();
  }

  public synchronized Optional<EventLog> find(String stream, ObjectName key, String session) {
    forgetOld();
    return Optional.ofNullable(resumable.get(stream))
        .filter(known -> known.key().equals(key) && known.session().equals(session))
        .map(Known::log);
  }

  public synchronized void forget(EventLog log) {
    resumable.remove(log.id());
  }

  private void forgetOld() {
    var now = System.nanoTime();
    resumable.values().removeIf(known -> left(known) && known.until() - now < 0);
    var bytes = resumable.values().stream().mapToLong(known -> known.log().bytes()).sum();
    var all = resumable.values().iterator();
    while (bytes > limits.keptBytesMax() && all.hasNext()) {
      var known = all.next();
      if (left(known)) {
        bytes -= known.log().bytes();
        all.remove();
      }
    }
  }

  private static boolean left(Known known) {
    return known.until() != Long.MAX_VALUE;
  }
}
