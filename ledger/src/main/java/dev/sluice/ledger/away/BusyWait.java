package dev.sluice.ledger.away;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Room for those who wait a moment for what only others hold: most of it is free again as soon as
/// they end.
public final class BusyWait {

  /// How long one waits.
  public static final Duration WAIT_MAX = Duration.ofSeconds(1);

  /// How many wait at once; more are told at once.
  private static final int WAITING_MAX = 1_000;

  private static final Duration PAUSE_FIRST = Duration.ofMillis(10);
  private static final Duration PAUSE_MAX = Duration.ofMillis(160);

  private final AtomicInteger waiting = new AtomicInteger();

  /// Whether there is room for one more, who is to [#leave] then.
  public boolean enter() {
    if (waiting.incrementAndGet() <= WAITING_MAX) {
      return true;
    }
    waiting.decrementAndGet();
    return false;
  }

  public void leave() {
    waiting.decrementAndGet();
  }

  /// One more try, after a pause.
  ///
  /// @param giveUpAtNanos after it no other try follows
  public record Try(Duration pause, long giveUpAtNanos) {

    public static Try first(Duration waitMax) {
      return new Try(PAUSE_FIRST, System.nanoTime() + waitMax.toNanos());
    }

    public boolean isLast() {
      return System.nanoTime() - giveUpAtNanos >= 0;
    }

    public Try next() {
      var twice = pause.multipliedBy(2);
      return new Try(twice.compareTo(PAUSE_MAX) < 0 ? twice : PAUSE_MAX, giveUpAtNanos);
    }
  }
}
