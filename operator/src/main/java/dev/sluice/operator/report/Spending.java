package dev.sluice.operator.report;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Window;
import dev.sluice.crds.BudgetStatus;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.LedgerUnfitException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What budgets have spent, as the ledger had it a moment ago.
///
/// Only one thread uses it at a time.
final class Spending {

  private static final Logger LOG = LoggerFactory.getLogger(Spending.class);

  /// Of one question to the ledger, so that none holds up requests.
  private static final int BUDGETS_MAX = 200;

  /// As the schema of the status has it.
  private static final int SHOWN_MAX = 16;

  private final Supplier<Ledger> connect;
  private @Nullable Ledger ledger;
  private Map<String, Balance> balances = Map.of();
  private boolean away;

  /// @param connect fails as a ledger does that is away
  Spending(Supplier<Ledger> connect) {
    this.connect = connect;
  }

  /// Asks for all of these. Where the ledger does not answer, what it said last stays.
  void refresh(Collection<Budget> budgets) {
    var now = new HashMap<String, Balance>();
    var all = List.copyOf(budgets);
    try {
      var asked = ledger == null ? connect.get() : ledger;
      ledger = asked;
      for (int from = 0; from < all.size(); from += BUDGETS_MAX) {
        var some = all.subList(from, Math.min(all.size(), from + BUDGETS_MAX));
        asked.balances(some).forEach(balance -> now.put(balance.budget().id(), balance));
      }
      balances = now;
      away = false;
    } catch (LedgerUnavailableException | LedgerUnfitException e) {
      if (!away) {
        LOG.warn("what is spent cannot be told: {}", e.getMessage());
      }
      away = true;
    }
  }

  List<BudgetStatus> of(List<Budget> budgets) {
    return budgets.stream().limit(SHOWN_MAX).map(this::of).toList();
  }

  private BudgetStatus of(Budget budget) {
    var window = budget.window();
    var title = window.period().title();
    var kind = window instanceof Window.Calendar ? "Calendar" : "Rolling";
    var limit = budget.limit().toUsd();
    var found = balances.get(budget.id());
    if (found == null) {
      return new BudgetStatus(title, kind, limit, null, null, null, null, null);
    }
    // What was spent does not change with the limit, but what is left does.
    var balance =
        new Balance(budget, found.activeGrants(), found.posted(), found.held(), found.resetsAt());
    return new BudgetStatus(
        title,
        kind,
        limit,
        balance.activeGrants().toUsd(),
        balance.posted().toUsd(),
        balance.held().toUsd(),
        balance.remaining().toUsd(),
        resets(found));
  }

  private static @Nullable String resets(Balance balance) {
    var at = balance.resetsAt();
    return at == null ? null : at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /// The one that is nearest to its end.
  Optional<BudgetStatus> fullest(List<Budget> budgets) {
    return budgets.stream().max(Comparator.comparingDouble(this::utilization)).map(this::of);
  }

  private double utilization(Budget budget) {
    var balance = balances.get(budget.id());
    return balance == null ? 0 : balance.utilization();
  }

  /// The budgets that statuses show.
  static List<Budget> all(Outcome outcome) {
    var all = new ArrayList<Budget>();
    outcome.cluster().objects().keySet().forEach(id -> all.addAll(Statuses.budgets(id, outcome)));
    return all;
  }

  void close() {
    var open = ledger;
    if (open != null) {
      open.close();
    }
  }
}
