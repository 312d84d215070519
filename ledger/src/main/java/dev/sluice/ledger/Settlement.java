package dev.sluice.ledger;

import dev.sluice.core.money.NanoUsd;

/// How a hold ended.
public sealed interface Settlement {

  /// Posted (zero for a release).
  record Posted(NanoUsd amount) implements Settlement {}

  /// Posted, but it was more than the hold by `excess`: an alarm, since it should never happen.
  record Overrun(NanoUsd amount, NanoUsd excess) implements Settlement {}

  /// The hold had expired before; it was posted in full as unconfirmed, and stays so.
  record AlreadyExpired(NanoUsd posted) implements Settlement {}

  /// The hold had been ended with the opposite verb before.
  record AlreadyEnded(NanoUsd posted) implements Settlement {}

  /// There never was such a hold, or it is older than the ledger's memory.
  record Unknown() implements Settlement {}
}
