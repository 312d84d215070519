package dev.sluice.ledger.away;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Since when the ledger has not answered.
public final class LedgerHealth {

  /// How long gateways let a caller wait for a ledger that does not answer.
  public static final Duration WAIT_MAX = Duration.ofSeconds(2);

  /// How often one caller tries it while others go on without it.
  private static final Duration PROBE_EVERY = Duration.ofSeconds(5);

  private final InstantSource clock;
  private volatile @Nullable Instant awaySince;
  private Instant nextProbe = Instant.MIN;

  public LedgerHealth(InstantSource clock) {
    this.clock = clock;
  }

  public void answered() {
    if (awaySince != null) {
      awaySince = null;
    }
  }

  /// Notes that it did not answer.
  ///
  /// @return for how long it has been away
  public Duration failed() {
    var now = clock.instant();
    var since = awaySince;
    if (since == null) {
      awaySince = now;
      probed(now);
      return Duration.ZERO;
    }
    return Duration.between(since, now);
  }

  public boolean isAway() {
    return awaySince != null;
  }

  /// Whether one who can do without it should not wait for it: it is away. One caller at a time is
  /// told otherwise, to find out whether it is back.
  public boolean isToBeAvoided() {
    return isAway() && !isProbe(clock.instant());
  }

  private synchronized boolean isProbe(Instant now) {
    boolean due = !now.isBefore(nextProbe);
    if (due) {
      probed(now);
    }
    return due;
  }

  private synchronized void probed(Instant now) {
    nextProbe = now.plus(PROBE_EVERY);
  }
}
