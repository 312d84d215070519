package dev.sluice.ledger;

import dev.sluice.core.budget.Budget;
import java.util.List;

/// Asks for more than a hold has, in the windows that it charges.
///
/// @param step 1, 2 and so on: repeating one gives its first answer
/// @param budgets those of the hold
/// @param more by which the hold grows; where it does not fit, by what fits
/// @param least at least
public record HoldExtension(
    String holdId, int step, List<Budget> budgets, Amounts more, Amounts least) {
  public HoldExtension {
    budgets = List.copyOf(budgets);
  }
}
