package dev.sluice.ledger;

import dev.sluice.core.money.NanoUsd;

/// How a hold ended.
public sealed interface Settlement {

  /// Posted (zero for a release).
  record Posted(NanoUsd amount) implements Settlement {}

  /// Posted, but it was more than the hold by `excess`: an alarm, since it should never happen.
  record Overrun(NanoUsd amount, NanoUsd excess) implements Settlement {}

  /// The hold had expired, and `unconfirmed` was posted in full; now `posted` is, and is confirmed.
  record Corrected(NanoUsd posted, NanoUsd unconfirmed) implements Settlement {}

  /// The hold had expired and been corrected before, which is told once; `posted` stays.
  record AlreadyCorrected(NanoUsd posted) implements Settlement {}

  /// The hold had been ended with another verb before, or had expired without a budget to correct;
  /// `posted` stays.
  record AlreadyEnded(NanoUsd posted) implements Settlement {}

  /// The hold is open: there is nothing to correct. Only [Ledger#correct] finds it so.
  record StillOpen() implements Settlement {}

  /// There never was such a hold, or it is older than the ledger's memory.
  record Unknown() implements Settlement {}
}
