package dev.sluice.mcp.upstream;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before the next attempt: twice as long after each failure, and never all at the
/// same time.
final class Backoff {

  private static final int DOUBLINGS_MAX = 30;

  private final Duration min;
  private final Duration max;
  private final RandomGenerator random;
  private int failures;

  Backoff(Duration min, Duration max, RandomGenerator random) {
    this.min = min;
    this.max = max;
    this.random = random;
  }

  synchronized void succeeded() {
    failures = 0;
  }

  synchronized int failures() {
    return failures;
  }

  /// Between half of the time and all of it.
  synchronized Duration next() {
    var doublings = Math.min(failures++, DOUBLINGS_MAX);
    var nanos = Math.min((double) max.toNanos(), (double) min.toNanos() * (1L << doublings));
    return Duration.ofNanos((long) (nanos * (0.5 + random.nextDouble() / 2)));
  }
}
