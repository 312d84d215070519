package dev.sluice.core.budget;

import java.time.Instant;

/// A limit on how fast: requests or tokens in each window, or requests at once.
///
/// @param measure tokens, requests or concurrent requests
/// @param window endless for concurrent requests, and for nothing else
/// @param most in a window, 1 to 2^53
public record RateLimit(Level level, String owner, Measure measure, Window window, long most)
    implements Limit {

  /// A number in a Redis script is exact to it.
  private static final long MOST_MAX = 1L << 53;

  public RateLimit {
    boolean endless = window instanceof Window.Endless;
    if (measure == Measure.USD || endless != (measure == Measure.CONCURRENT)) {
      throw new IllegalArgumentException(measure + " in " + window + " (expected: a rate)");
    }
    if (most < 1 || most > MOST_MAX) {
      throw new IllegalArgumentException(
          "limit of " + owner + ": " + most + " (expected: 1.." + MOST_MAX + ")");
    }
  }

  @Override
  public String id() {
    return level.word() + ":" + owner + ":" + measure.word() + ":" + window.id();
  }

  @Override
  public long ceilingAt(Instant now) {
    return most;
  }

  @Override
  public Window.Span ceilingHolds(Instant now) {
    return Window.Span.ALWAYS;
  }
}
