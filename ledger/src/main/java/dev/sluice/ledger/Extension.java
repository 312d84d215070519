package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import java.util.List;

/// The answer to a [HoldExtension].
public sealed interface Extension {

  /// @param granted the hold in all
  record Extended(Amounts granted, List<Balance> balances) implements Extension {
    public Extended {
      balances = List.copyOf(balances);
    }
  }

  /// It would fit if no other hold were open.
  record Busy(Balance shortOf) implements Extension {}

  /// What is posted leaves too little.
  record Exhausted(Balance shortOf) implements Extension {}

  /// The hold is not open.
  record Ended() implements Extension {}
}
