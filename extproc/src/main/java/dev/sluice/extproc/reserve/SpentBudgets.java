package dev.sluice.extproc.reserve;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.away.LedgerHealth;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Remembers budgets that were fully posted, so that the next request can be refused before its
/// body is read. It only suspects; the ledger decides.
public final class SpentBudgets {

  private static final int BUDGETS_MAX = 10_000;

  private final ConcurrentMap<String, Instant> resets = new ConcurrentHashMap<>();
  private final Ledger ledger;
  private final LedgerHealth health;
  private final InstantSource clock;

  public SpentBudgets(Ledger ledger, LedgerHealth health, InstantSource clock) {
    this.ledger = ledger;
    this.health = health;
    this.clock = clock;
  }

  /// A cap is none of them: there are as many as clients have sessions, and a session that is told
  /// that it has used up its own ends.
  void add(Balance balance) {
    var resetsAt = balance.resetsAt();
    boolean capped = balance.budget().level().caps();
    if (!capped && fullyPosted(balance) && resetsAt != null && resets.size() < BUDGETS_MAX) {
      resets.put(balance.budget().id(), resetsAt);
    }
  }

  /// None while the ledger is away: there is nobody to ask.
  public List<Budget> suspects(List<Budget> budgets) {
    return resets.isEmpty() || health.isAway()
        ? List.of()
        : budgets.stream().filter(this::suspected).toList();
  }

  private boolean suspected(Budget budget) {
    var id = budget.id();
    var resetsAt = resets.get(id);
    if (resetsAt == null) {
      return false;
    }
    return clock.instant().isBefore(resetsAt) || !resets.remove(id, resetsAt);
  }

  /// Blocks.
  ///
  /// @throws Refused where one of them is fully posted indeed
  public void verify(List<Budget> suspects) {
    try {
      for (var balance : ledger.balances(suspects)) {
        if (fullyPosted(balance)) {
          throw new Refused(new Refusal.BudgetExhausted(balance, null));
        }
        resets.remove(balance.budget().id());
      }
    } catch (LedgerUnavailableException _) {
      // The request goes on: the reservation waits for the ledger, and answers for it.
      return;
    }
  }

  private static boolean fullyPosted(Balance balance) {
    return balance.posted().compareTo(balance.ceiling()) >= 0;
  }
}
