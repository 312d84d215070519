package dev.sluice.operator.cli.cluster;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.listing.LimitRow;
import dev.sluice.core.listing.Row;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.explain.Explainer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What statuses tell of the budgets of a key and its teams; of no other limit.
///
/// @param key with the budgets of its teams
record StatusStandings(Row.OfKey key, Instant now) implements Explainer.Standings {

  @Override
  public List<Standing> of(List<Limit> limits) {
    var known = new ArrayList<Standing>();
    for (var limit : limits) {
      if (limit instanceof Budget budget && reports(budget.level())) {
        reported(budget, limits).flatMap(row -> balance(budget, row)).ifPresent(known::add);
      }
    }
    return known;
  }

  private static boolean reports(Level level) {
    return level == Level.KEY || level == Level.TEAM;
  }

  /// Budgets have no names: of one owner, both sides have them in the order of the spec.
  private Optional<LimitRow> reported(Budget budget, List<Limit> limits) {
    var own =
        limits.stream()
            .filter(Budget.class::isInstance)
            .filter(l -> l.level() == budget.level() && l.owner().equals(budget.owner()))
            .toList();
    var rows =
        key.budgets().stream()
            .filter(r -> r.level().equals(budget.level().word()) && r.name().equals(budget.name()))
            .toList();
    if (own.size() != rows.size()) {
      return Optional.empty();
    }
    var row = rows.get(own.indexOf(budget));
    var expected = LimitRow.untold(budget, now);
    return expected.limit().equals(row.limit())
            && expected.window() != null
            && expected.window().equals(row.window())
            && String.valueOf(expected.kind()).equals(row.kind())
        ? Optional.of(row)
        : Optional.empty();
  }

  /// A window that has ended since is empty.
  private Optional<Balance> balance(Budget budget, LimitRow row) {
    var grants = budget.grantsAt(now);
    var resetsAt = instant(row.resetsAt());
    if (row.posted() == null || row.held() == null) {
      return Optional.empty();
    }
    return Optional.of(
        resetsAt != null && !now.isBefore(resetsAt)
            ? new Balance(budget, grants, NanoUsd.ZERO, NanoUsd.ZERO, null)
            : new Balance(
                budget, grants, NanoUsd.parse(row.posted()), NanoUsd.parse(row.held()), resetsAt));
  }

  private static @Nullable Instant instant(@Nullable String text) {
    return text == null ? null : Instant.parse(text);
  }
}
