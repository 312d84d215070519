package dev.sluice.compiler.rules;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Raise;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.crds.BudgetSpec;
import dev.sluice.crds.VirtualKey;
import dev.sluice.crds.schema.Text;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks the budgets of one object, what raises them, and its caps.
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
      var spec = specs.get(i);
      var window = window(spec.window(), spec.calendar(), at, complaints);
      var limit = dollars(spec.limitUsd(), at + ".limitUsd", complaints);
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

  /// The same budgets of a key with its raises. One that has ended stays there and means nothing:
  /// what time it is, only the ledger knows.
  static List<Budget> raised(
      List<Budget> budgets, List<VirtualKey.Raise> specs, Complaints complaints) {
    var highest = budgets.stream().map(Budget::limit).max(NanoUsd::compareTo);
    if (highest.isEmpty() && !specs.isEmpty()) {
      complaints.add("spec.budgets", new Fault.Missing("a budget that the grants raise"));
    }
    var ceiling = highest.orElse(NanoUsd.ZERO);
    var raises = new ArrayList<Raise>();
    for (int i = 0; i < specs.size(); i++) {
      var raise = raise(specs.get(i), "spec.grants[" + i + "]", complaints);
      if (raise.isEmpty()) {
        continue;
      }
      ceiling = ceiling.plus(raise.get().add());
      if (ceiling.moreThan(NanoUsd.MAX)) {
        var expected = "with a budget's limit and the grants before it at most " + LIMIT_MAX.usd();
        var at = "spec.grants[" + i + "].addUsd";
        complaints.unexpected(at, specs.get(i).addUsd(), expected + ", " + LIMIT_MAX.words());
        break;
      }
      raises.add(raise.get());
    }
    return budgets.stream()
        .map(b -> new Budget(b.level(), b.owner(), b.window(), b.limit(), raises))
        .toList();
  }

  private static Optional<Raise> raise(VirtualKey.Raise spec, String path, Complaints complaints) {
    var add = dollars(spec.addUsd(), path + ".addUsd", complaints);
    var until = Values.instant(spec.until(), path + ".until", complaints);
    Values.check(Text.LINE, spec.reason(), path + ".reason", complaints);
    if (add.isEmpty() || until == null) {
      return Optional.empty();
    }
    if (add.get().equals(NanoUsd.ZERO)) {
      complaints.unexpected(path + ".addUsd", spec.addUsd(), "more than 0");
      return Optional.empty();
    }
    return Optional.of(new Raise(add.get(), until));
  }

  /// @param carrier see [Cap]
  static List<Cap> caps(VirtualKey.@Nullable Caps spec, String carrier, Complaints complaints) {
    var caps = new ArrayList<Cap>();
    if (spec != null && spec.sessionUsd() != null) {
      dollars(spec.sessionUsd(), "spec.caps.sessionUsd", complaints)
          .ifPresent(limit -> caps.add(new Cap(Level.SESSION, carrier, limit)));
    }
    if (spec != null && spec.agentUsd() != null) {
      dollars(spec.agentUsd(), "spec.caps.agentUsd", complaints)
          .ifPresent(limit -> caps.add(new Cap(Level.AGENT, carrier, limit)));
    }
    return caps;
  }

  private static Optional<NanoUsd> dollars(String usd, String path, Complaints complaints) {
    return Values.decimal(usd, LIMIT_MAX, path, complaints).map(NanoUsd::parse);
  }

  /// @param path of what has the window
  static Optional<Window.Recurring> window(
      BudgetSpec.Window spec,
      BudgetSpec.@Nullable Calendar calendar,
      String path,
      Complaints complaints) {
    var period = period(spec);
    if (calendar == null) {
      return Optional.of(new Window.Rolling(period));
    }
    var zone = calendar.timeZone();
    // Offsets such as +02:00 are no time zones: they know no daylight saving time.
    if (!zone.equals("UTC") && !ZoneId.getAvailableZoneIds().contains(zone)) {
      complaints.unexpected(path + ".calendar.timeZone", zone, Text.TIME_ZONE.expected());
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
