package dev.sluice.ledger;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;

/// Budgets and requests for tests that do not care which.
public final class Samples {

  private Samples() {}

  /// Six levels, as a key of a team below two others has them.
  public static List<Budget> sixLevels(String key, String limitUsd) {
    return List.of(
        yearly(Level.KEY, "default/" + key, limitUsd),
        yearly(Level.PROVIDER_CONFIG, "default/" + key + "/anthropic", limitUsd),
        yearly(Level.TEAM, "default/payments", limitUsd),
        yearly(Level.TEAM, "default/engineering", limitUsd),
        yearly(Level.TEAM, "default/company", limitUsd),
        yearly(Level.PROVIDER, "default/anthropic", limitUsd));
  }

  public static Budget yearly(Level level, String owner, String limitUsd) {
    var window = new Window.Calendar(Period.YEAR, ZoneOffset.UTC);
    return Budget.of(level, owner, window, NanoUsd.parse(limitUsd));
  }

  public static HoldRequest hold(String id, List<Budget> budgets, String askUsd, String leastUsd) {
    return new HoldRequest(
        id,
        List.copyOf(budgets),
        Amounts.usd(NanoUsd.parse(askUsd)),
        Amounts.usd(NanoUsd.parse(leastUsd)),
        "prices-1",
        Duration.ofMinutes(30));
  }
}
