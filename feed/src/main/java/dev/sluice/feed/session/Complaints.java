package dev.sluice.feed.session;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/// Lines of the log about what goes wrong again and again: one a minute, with how often it was, and
/// one of bugs.
final class Complaints {

  private static final Duration EVERY = Duration.ofMinutes(1);

  private final Logger log;
  private final Rate usual = new Rate();
  private final Rate bugs = new Rate();

  Complaints(Logger log) {
    this.log = log;
  }

  /// @param sentence without contents or keys
  void of(String sentence) {
    if (usual.due()) {
      log.warn("{} ({} times since the last line)", sentence, usual.counted());
    }
  }

  /// @param sentence without contents or keys
  void bug(String sentence, RuntimeException bug) {
    if (bugs.due()) {
      log.error("{} ({} times since the last line)", sentence, bugs.counted(), bug);
    }
  }

  private static final class Rate {
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong last = new AtomicLong(System.nanoTime() - EVERY.toNanos());

    private boolean due() {
      count.incrementAndGet();
      long now = System.nanoTime();
      long before = last.get();
      return now - before >= EVERY.toNanos() && last.compareAndSet(before, now);
    }

    private long counted() {
      return count.getAndSet(0);
    }
  }
}
