package dev.sluice.feed.session;

import java.time.Duration;

/// Whether a gateway still hears what is told: it tells itself something now and then. A connection
/// that only hears does not notice by itself that the network has forgotten it.
final class Signs {

  private static final Duration EVERY = Duration.ofSeconds(20);
  private static final Duration SILENT_MAX = Duration.ofSeconds(50);

  private final Duration every;
  private final Duration silentMax;
  private volatile long told = System.nanoTime();
  private volatile long heard = System.nanoTime();

  /// @param every between two signs
  /// @param silentMax how long there may be none
  Signs(Duration every, Duration silentMax) {
    this.every = every;
    this.silentMax = silentMax;
  }

  static Signs standard() {
    return new Signs(EVERY, SILENT_MAX);
  }

  /// Whether one is to be told now; then it counts as told.
  boolean due() {
    var now = System.nanoTime();
    var due = now - told > every.toNanos();
    if (due) {
      told = now;
    }
    return due;
  }

  void heard() {
    heard = System.nanoTime();
  }

  /// Whether none was heard for too long; then the time begins anew.
  boolean silent() {
    var silent = System.nanoTime() - heard > silentMax.toNanos();
    if (silent) {
      heard();
    }
    return silent;
  }
}
