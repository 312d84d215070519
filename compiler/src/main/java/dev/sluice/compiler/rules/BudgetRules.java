package dev.sluice.compiler.rules;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.crds.BudgetSpec;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Checks the budgets of one object.
final class BudgetRules {

  private static final Values.Bound LIMIT_MAX =
      new Values.Bound(NanoUsd.MAX.toUsd(), "about $9.0 million: 2^53 nano-dollars");

  private BudgetRules() {}

  static List<Budget> check(
      List<BudgetSpec> specs, Level level, String owner, String path, Complaints complaints) {
    var budgets = new ArrayList<Budget>();
    var ids = new HashSet<String>();
    for (int i = 0; i < specs.size(); i++) {
      var at = path + "[" + i + "]";
      var window = window(specs.get(i), at, complaints);
      var limit = limit(specs.get(i).limitUsd(), at + ".limitUsd", complaints);
      if (window.isEmpty() || limit.isEmpty()) {
        continue;
      }
      var budget = Budget.of(level, owner, window.get(), limit.get());
      if (ids.add(budget.id())) {
        budgets.add(budget);
      } else {
        var shown = window.get().id();
        complaints.unexpected(at, shown, "one budget for each window; this one is there already");
      }
    }
    return budgets;
  }

  private static Optional<NanoUsd> limit(String usd, String path, Complaints complaints) {
    return Values.decimal(usd, LIMIT_MAX, path, complaints).map(NanoUsd::parse);
  }

  private static Optional<Window.Recurring> window(
      BudgetSpec spec, String path, Complaints complaints) {
    var period = period(spec.window());
    var calendar = spec.calendar();
    if (calendar == null) {
      return Optional.of(new Window.Rolling(period));
    }
    var zone = calendar.timeZone();
    // Offsets such as +02:00 are no time zones: they know no daylight saving time.
    if (!zone.equals("UTC") && !ZoneId.getAvailableZoneIds().contains(zone)) {
      var expected = "a time zone such as Europe/Berlin, or UTC";
      complaints.unexpected(path + ".calendar.timeZone", zone, expected);
      return Optional.empty();
    }
    return Optional.of(new Window.Calendar(period, ZoneId.of(zone)));
  }

  private static Period period(BudgetSpec.Window window) {
    return switch (window) {
      case Minute -> Period.MINUTE;
      case Hour -> Period.HOUR;
      case Day -> Period.DAY;
      case Week -> Period.WEEK;
      case Month -> Period.MONTH;
      case Year -> Period.YEAR;
    };
  }
}
