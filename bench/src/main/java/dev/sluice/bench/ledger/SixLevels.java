package dev.sluice.bench.ledger;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.HoldRequest;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;

/// Budgets of six levels, as a key of a team below two others has them, and holds on them.
///
/// Two of them are the key's own: its budget, and what it may spend at the provider.
record SixLevels(String key, List<Budget> budgets) {

  static final Charge COST = Charge.usd(NanoUsd.parse("0.001234567"));

  private static final NanoUsd LIMIT = NanoUsd.parse("9000000");
  private static final Amounts ASK = Amounts.usd(NanoUsd.parse("0.05"));
  private static final Amounts LEAST = Amounts.usd(NanoUsd.parse("0.001"));
  private static final Duration LIFETIME = Duration.ofMinutes(1);

  /// As long as what the gateway notes: who asked, for which model, at which provider.
  private static final String NOTE =
      "{\"key\":\"default/alice\",\"owner\":\"alice@example.com\",\"team\":\"payments\","
          + "\"model\":\"claude-opus-5-5\",\"provider\":\"anthropic\",\"price\":\"prices-1\"}";

  SixLevels {
    budgets = List.copyOf(budgets);
  }

  /// Of a key that shares teams and provider with all others.
  static SixLevels of(String key, Period period) {
    return of(key, "", period);
  }

  /// Of a key whose teams and provider are its own, so that its first call in a new window opens
  /// six of them.
  static SixLevels alone(String key, Period period) {
    return of(key, "-" + key, period);
  }

  private static SixLevels of(String key, String whose, Period period) {
    return new SixLevels(
        key,
        List.of(
            budget(Level.KEY, "default/" + key, period),
            budget(Level.PROVIDER_CONFIG, "default/" + key + "/anthropic", period),
            budget(Level.TEAM, "default/payments" + whose, period),
            budget(Level.TEAM, "default/engineering" + whose, period),
            budget(Level.TEAM, "default/company" + whose, period),
            budget(Level.PROVIDER, "default/anthropic" + whose, period)));
  }

  private static Budget budget(Level level, String owner, Period period) {
    var window = new Window.Calendar(period, ZoneOffset.UTC);
    return Budget.of(level, owner, window, LIMIT);
  }

  HoldRequest hold(String id) {
    return new HoldRequest(id, List.copyOf(budgets), ASK, LEAST, NOTE, LIFETIME);
  }
}
