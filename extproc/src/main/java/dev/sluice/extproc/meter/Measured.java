package dev.sluice.extproc.meter;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.price.Tokens;
import dev.sluice.core.usage.UsageRecord.Outcome;
import dev.sluice.ledger.Amounts;

/// What an exchange used and cost, and how it ended.
public record Measured(Tokens tokens, NanoUsd cost, Outcome outcome, boolean estimated) {

  /// What is posted of it.
  public Amounts amounts() {
    return new Amounts(cost, tokens.inAll());
  }
}
