package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Standing;
import java.util.List;

/// The answer to a [HoldExtension].
public sealed interface Extension {

  /// The hold has grown.
  ///
  /// @param granted the hold in all
  /// @param balances of the budgets, in the order of the limits
  record Extended(Amounts granted, List<Balance> balances) implements Extension {
    public Extended {
      balances = List.copyOf(balances);
    }
  }

  /// It would fit if no other hold were open; the hold stays as it was.
  record Busy(Standing shortOf) implements Extension {}

  /// What is posted leaves too little; the hold stays as it was.
  record Exhausted(Standing shortOf) implements Extension {}

  /// There is no such open hold.
  record Ended() implements Extension {}
}
