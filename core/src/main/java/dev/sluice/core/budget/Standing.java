package dev.sluice.core.budget;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A limit with what is used and held of it in its current window.
public sealed interface Standing permits Balance, RateStanding {

  Limit limit();

  /// Null before the first use of a window that starts at first use, and where none ever ends.
  @Nullable Instant resetsAt();
}
