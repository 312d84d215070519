package dev.sluice.ledger;

import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import java.util.List;

/// A hold that nobody ended, posted in full as unconfirmed.
///
/// @param amount that was held, and is posted now
/// @param note as the [HoldRequest] had it
/// @param budgets the ids of those that were charged
public record ExpiredHold(
    String id, NanoUsd amount, Instant createdAt, String note, List<String> budgets) {
  public ExpiredHold {
    budgets = List.copyOf(budgets);
  }
}
