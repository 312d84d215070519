package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.money.NanoUsd;
import java.util.List;

/// The answer to a [HoldRequest].
public sealed interface Reservation {

  /// The hold stands. `amount` is the ask, or less but at least `least`.
  ///
  /// @param balances after the hold, in the order of the request's budgets
  record Granted(NanoUsd amount, List<Balance> balances) implements Reservation {
    public Granted {
      balances = List.copyOf(balances);
    }
  }

  /// `least` would fit if no other hold were open; `shortOf` is the first budget that is short.
  record Busy(Balance shortOf) implements Reservation {}

  /// What is posted leaves less than `least`; `shortOf` is the first budget that is short for good.
  record Exhausted(Balance shortOf) implements Reservation {}
}
