package dev.sluice.core.budget;

import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A budget with what was posted and is held in its current window.
///
/// @param resetsAt null before the first use of a window that starts at first use
public record Balance(Budget budget, NanoUsd posted, NanoUsd held, @Nullable Instant resetsAt) {

  /// What is not posted; never below zero.
  public NanoUsd unspent() {
    return budget.ceiling().minus(posted).max(NanoUsd.ZERO);
  }

  /// What can still be reserved; never below zero.
  public NanoUsd remaining() {
    return budget.ceiling().minus(posted).minus(held).max(NanoUsd.ZERO);
  }

  /// Posted as a part of the ceiling; 1 where the ceiling is zero.
  public double utilization() {
    return budget.ceiling().nanos() == 0 ? 1 : (double) posted.nanos() / budget.ceiling().nanos();
  }
}
