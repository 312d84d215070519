package dev.sluice.extproc.meter;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.price.Tokens;
import dev.sluice.core.usage.UsageRecord.Outcome;
import dev.sluice.ledger.Amounts;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What an exchange used and cost, and how it ended.
///
/// @param told the usage as it was told; null where it was not
public record Measured(
    Tokens tokens, NanoUsd cost, Outcome outcome, boolean estimated, @Nullable JsonNode told) {

  /// The same, told in other words.
  public Measured with(@Nullable JsonNode others) {
    return new Measured(tokens, cost, outcome, estimated, others);
  }

  /// What is posted of it.
  public Amounts amounts() {
    return new Amounts(cost, tokens.inAll());
  }
}
