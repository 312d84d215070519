package dev.sluice.ledger;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import java.time.Duration;
import java.util.List;

/// Asks for a hold.
///
/// @param id unique for ever; the request id
/// @param budgets every budget that applies, in the order in which they are shown
/// @param ask the amount that covers the call whatever happens
/// @param least the amount below which the call cannot be made smaller; at most `ask`. Where `ask`
///   does not fit but `least` does, the hold is all that fits
/// @param lifetime after which the hold ends by itself
public record HoldRequest(
    String id,
    List<Budget> budgets,
    NanoUsd ask,
    NanoUsd least,
    String priceVersion,
    Duration lifetime) {
  public HoldRequest {
    budgets = List.copyOf(budgets);
  }
}
