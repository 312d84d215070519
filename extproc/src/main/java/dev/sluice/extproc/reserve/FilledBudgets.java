package dev.sluice.extproc.reserve;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Remembers how much of each budget is posted: what the ledger last told, and what was posted from
/// here since. What other gateways posted since is not in it.
final class FilledBudgets {

  private static final int BUDGETS_MAX = 50_000;

  private final ConcurrentMap<String, Balance> last = new ConcurrentHashMap<>();
  private final InstantSource clock;

  FilledBudgets(InstantSource clock) {
    this.clock = clock;
  }

  void note(List<Balance> balances) {
    for (var balance : balances) {
      // Caps are ever new ones, as sessions are, and no ladder asks for them.
      if (balance.budget().level().caps()) {
        continue;
      }
      if (last.size() < BUDGETS_MAX || last.containsKey(balance.budget().id())) {
        last.put(balance.budget().id(), balance);
      }
    }
  }

  void add(List<Budget> budgets, NanoUsd amount) {
    for (var budget : budgets) {
      last.computeIfPresent(
          budget.id(),
          (_, was) ->
              new Balance(
                  was.budget(),
                  was.activeGrants(),
                  was.posted().plus(amount),
                  was.held(),
                  was.resetsAt()));
    }
  }

  boolean isPosted(List<Budget> budgets, long percent) {
    return budgets.stream().anyMatch(budget -> isPosted(budget, percent));
  }

  /// Of the limit as it is now: a manifest may have changed it.
  private boolean isPosted(Budget budget, long percent) {
    var balance = last.get(budget.id());
    if (balance == null) {
      return false;
    }
    var resetsAt = balance.resetsAt();
    if (resetsAt != null && !clock.instant().isBefore(resetsAt)) {
      return false;
    }
    return new Balance(budget, balance.activeGrants(), balance.posted(), balance.held(), resetsAt)
        .isPosted(percent);
  }
}
