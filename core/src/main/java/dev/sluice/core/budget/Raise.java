package dev.sluice.core.budget;

import dev.sluice.core.money.NanoUsd;
import java.time.Instant;

/// A raise of a budget that ends by itself: an entry of `spec.grants`.
///
/// @param until exclusive
public record Raise(NanoUsd add, Instant until) {

  boolean isActive(Instant now) {
    return now.isBefore(until);
  }
}
