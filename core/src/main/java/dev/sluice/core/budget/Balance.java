package dev.sluice.core.budget;

import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A budget with what was posted and is held in its current window.
///
/// @param activeGrants raises in force, added to the limit
/// @param resetsAt null before the first use of a window that starts at first use
public record Balance(
    Budget budget, NanoUsd activeGrants, NanoUsd posted, NanoUsd held, @Nullable Instant resetsAt)
    implements Standing {

  private static final long PERCENT = 100;

  @Override
  public Budget limit() {
    return budget;
  }

  /// The budget's limit with all raises in force.
  public NanoUsd ceiling() {
    return budget.limit().plus(activeGrants);
  }

  /// What is not posted; never below zero.
  public NanoUsd unspent() {
    return ceiling().minus(posted).max(NanoUsd.ZERO);
  }

  /// What can still be reserved; never below zero.
  public NanoUsd remaining() {
    return ceiling().minus(posted).minus(held).max(NanoUsd.ZERO);
  }

  /// Whether so much of the ceiling is posted.
  public boolean isPosted(long percent) {
    // Both are below 2^60: amounts are at most 2^53.
    return posted.nanos() * PERCENT >= ceiling().nanos() * percent;
  }

  /// Posted as a part of the ceiling; 1 where the ceiling is zero.
  public double utilization() {
    return ceiling().nanos() == 0 ? 1 : (double) posted.nanos() / ceiling().nanos();
  }
}
