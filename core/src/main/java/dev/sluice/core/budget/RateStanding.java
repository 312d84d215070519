package dev.sluice.core.budget;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A rate limit with what was used and is held by requests in flight, in units of its measure.
public record RateStanding(RateLimit limit, long posted, long held, @Nullable Instant resetsAt)
    implements Standing {

  /// What is not used yet, though requests in flight may hold it; below zero after an overrun.
  public long unused() {
    return limit.most() - posted;
  }

  /// What can still be used; never below zero.
  public long remaining() {
    return Math.max(0, unused() - held);
  }
}
