package dev.sluice.extproc.reserve;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Since when the ledger has not answered.
public final class LedgerHealth {

  private final InstantSource clock;
  private volatile @Nullable Instant awaySince;

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
      return Duration.ZERO;
    }
    return Duration.between(since, now);
  }
}
