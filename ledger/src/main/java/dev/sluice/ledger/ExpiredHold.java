package dev.sluice.ledger;

import dev.sluice.core.money.NanoUsd;
import java.time.Instant;
import java.util.List;

/// A hold that nobody ended, posted in full as unconfirmed.
///
/// @param amount of money that was held, and is posted now
/// @param note as the [HoldRequest] had it
/// @param limits the ids of those that were charged
public record ExpiredHold(
    String id, NanoUsd amount, Instant createdAt, String note, List<String> limits) {
  public ExpiredHold {
    limits = List.copyOf(limits);
  }

  /// Whether it was of no call: what others used was carried over, and they have their records.
  public boolean carried() {
    return id.startsWith(HoldRequest.CARRIED);
  }
}
