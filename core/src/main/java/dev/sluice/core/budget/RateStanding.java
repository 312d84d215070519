package dev.sluice.core.budget;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A rate limit with what was used and is held by requests in flight, in units of its measure.
public record RateStanding(RateLimit limit, long posted, long held, @Nullable Instant resetsAt)
    implements Standing {

  /// What can still be used; never below zero.
  public long remaining() {
    return Math.max(0, limit.most() - posted - held);
  }
}
