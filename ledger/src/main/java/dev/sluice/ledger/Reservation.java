package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Standing;
import java.util.List;

/// The answer to a [HoldRequest].
public sealed interface Reservation {

  /// The hold stands: the ask, or less but at least `least`.
  ///
  /// @param balances of the budgets after the hold, in the order of the request's limits
  record Granted(Amounts amounts, List<Balance> balances) implements Reservation {
    public Granted {
      balances = List.copyOf(balances);
    }
  }

  /// `least` would fit if no other hold were open; `shortOf` is the first limit that is short.
  record Busy(Standing shortOf) implements Reservation {}

  /// What is posted leaves less than `least`; `shortOf` is the first limit that is short for good.
  record Exhausted(Standing shortOf) implements Reservation {}
}
