package dev.sluice.operator;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs rounds on one thread: changes that come together make one.
final class Rounds implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

  /// A burst is over once nothing came for so long.
  private static final Duration QUIET = Duration.ofMillis(30);

  /// However long it lasts, a round begins after this.
  private static final Duration GATHERED_MAX = Duration.ofMillis(300);

  /// After a round there is none for as long as it took, up to this: while changes come without an
  /// end, a large world takes half of a core, and a small one waits for nothing.
  static final Duration REST_MAX = Duration.ofMillis(500);

  /// What may be of no use by itself waits for so long for something that says what it is for.
  private static final Duration LATER = Duration.ofMillis(300);

  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  /// Longer than any round, and than the pause after it.
  private static final Duration STUCK_AFTER = Duration.ofMinutes(5);

  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(10);

  /// One round.
  interface Round {
    /// @return whether another one is due soon, though nothing changed
    boolean run() throws InterruptedException;
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition wake = lock.newCondition();
  private final Round round;
  private final Duration soon;
  private final Duration late;
  private final Thread thread;
  private volatile long endedAt = System.nanoTime();
  private long changes;
  private @Nullable Long laterAt;
  private boolean closed;

  private Rounds(String name, Round round, Duration soon, Duration late) {
    this.round = round;
    this.soon = soon;
    this.late = late;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /// @param soon when the next round is where one is due
  /// @param late when it is though nothing is known to have changed
  static Rounds start(String name, Round round, Duration soon, Duration late) {
    var rounds = new Rounds(name, round, soon, late);
    rounds.thread.start();
    return rounds;
  }

  /// Whether rounds end, be it in a failure.
  boolean goOn() {
    return thread.isAlive() && System.nanoTime() - endedAt < STUCK_AFTER.toNanos();
  }

  /// Returns at once.
  void trigger() {
    lock.lock();
    try {
      changes++;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /// The same in a moment, unless a round begins before: that one sees it too.
  void triggerLater() {
    lock.lock();
    try {
      if (laterAt == null) {
        laterAt = System.nanoTime() + LATER.toNanos();
        wake.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      var pause = Duration.ZERO;
      while (await(pause)) {
        long from = System.nanoTime();
        pause = once();
        endedAt = System.nanoTime();
        rest(Math.min(endedAt - from, REST_MAX.toNanos()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Duration once() throws InterruptedException {
    try {
      return round.run() ? soon : late;
    } catch (RuntimeException e) {
      LOG.error("{} failed, and is repeated: {}", thread.getName(), e.toString(), e);
      return AGAIN_AFTER;
    }
  }

  private void rest(long nanos) throws InterruptedException {
    lock.lock();
    try {
      long left = nanos;
      while (!closed && left > 0) {
        left = wake.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Waits for a change and the end of its burst, or for the pause.
  ///
  /// @return false where it is over
  private boolean await(Duration pause) throws InterruptedException {
    lock.lock();
    try {
      long left = pause.toNanos();
      while (changes == 0 && !closed && left > 0 && untilLater() > 0) {
        long waits = Math.min(left, untilLater());
        left -= waits - wake.awaitNanos(waits);
      }
      long gathered = changes == 0 ? 0 : GATHERED_MAX.toNanos();
      while (gathered > 0 && !closed) {
        changes = 0;
        long quiet = wake.awaitNanos(Math.min(QUIET.toNanos(), gathered));
        gathered = changes == 0 ? 0 : gathered - (QUIET.toNanos() - quiet);
      }
      changes = 0;
      laterAt = null;
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private long untilLater() {
    return laterAt == null ? Long.MAX_VALUE : laterAt - System.nanoTime();
  }

  @Override
  public void close() throws InterruptedException {
    lock.lock();
    try {
      closed = true;
      wake.signalAll();
    } finally {
      lock.unlock();
    }
    if (!thread.join(STOPPED_WITHIN)) {
      thread.interrupt();
    }
  }
}
