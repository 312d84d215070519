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
    check(!id.isEmpty(), "id", id, "not empty");
    check(isAmount(ask), "ask", ask, "0.." + NanoUsd.MAX);
    check(isAmount(least) && !least.moreThan(ask), "least", least, "0.." + ask);
    check(lifetime.toMillis() > 0, "lifetime", lifetime, "1 ms or more");
    for (var budget : budgets) {
      check(isAmount(budget.ceiling()), budget.id(), budget.ceiling(), "0.." + NanoUsd.MAX);
    }
    long distinct = budgets.stream().map(Budget::id).distinct().count();
    check(distinct == budgets.size(), "budgets", budgets, "one of each id");
  }

  private static boolean isAmount(NanoUsd amount) {
    return amount.nanos() >= 0 && !amount.moreThan(NanoUsd.MAX);
  }

  private static void check(boolean holds, String name, Object value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
    }
  }
}
