package dev.sluice.feed.session;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/// Lines of the log about what goes wrong again and again: one a minute, with how often it was.
final class Complaints {

  private static final Duration EVERY = Duration.ofMinutes(1);

  private final Logger log;
  private final AtomicLong count = new AtomicLong();
  private final AtomicLong last = new AtomicLong(System.nanoTime() - EVERY.toNanos());

  Complaints(Logger log) {
    this.log = log;
  }

  /// @param sentence without contents or keys
  void of(String sentence) {
    count.incrementAndGet();
    long now = System.nanoTime();
    long before = last.get();
    if (now - before >= EVERY.toNanos() && last.compareAndSet(before, now)) {
      log.warn("{} ({} times since the last line)", sentence, count.getAndSet(0));
    }
  }
}
