package dev.sluice.extproc.budget;

import dev.sluice.core.budget.Balance;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.reply.Answers;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// What `GET /api/oauth/usage` tells a key about its budgets, in the form that Claude Code draws.
public final class UsageAnswer {

  private static final int NANOS_PER_CENT_PLACES = 7;
  private static final int WARNING_PERCENT = 75;
  private static final int CRITICAL_PERCENT = 95;

  private UsageAnswer() {}

  /// Writes the answer.
  ///
  /// @param balances of the key and its teams
  public static Answer of(String requestId, List<Balance> balances) {
    return Answers.json(requestId, root -> write(root, balances));
  }

  private static void write(ObjectNode root, List<Balance> balances) {
    var fullest = BudgetHeaders.fullest(balances);
    var extra = root.putObject("extra_usage");
    extra.put("is_enabled", fullest != null);
    if (fullest == null) {
      extra.putNull("monthly_limit").putNull("used_credits").putNull("utilization");
    } else {
      extra.put("monthly_limit", cents(fullest.ceiling().nanos()));
      extra.put("used_credits", cents(fullest.posted().nanos()));
      extra.put("utilization", percent(fullest));
    }
    extra.put("currency", "USD");
    var limits = root.putArray("limits");
    for (var balance : balances) {
      var limit = limits.addObject();
      write(limit, balance);
      limit.put("is_active", balance.equals(fullest));
    }
  }

  private static void write(ObjectNode limit, Balance balance) {
    int percent = percent(balance);
    limit.put("kind", "spend");
    limit.put("group", group(balance));
    limit.put("percent", percent);
    var resetsAt = balance.resetsAt();
    if (resetsAt == null) {
      limit.putNull("resets_at");
    } else {
      limit.put("resets_at", resetsAt.truncatedTo(ChronoUnit.SECONDS).toString());
    }
    limit.put("severity", severity(percent));
  }

  private static String group(Balance balance) {
    var period = balance.budget().window().period();
    return switch (period) {
      case DAY -> "daily";
      case WEEK -> "weekly";
      case MONTH -> "monthly";
      case MINUTE, HOUR, YEAR -> period.name().toLowerCase(Locale.ROOT);
    };
  }

  private static String severity(int percent) {
    if (percent > CRITICAL_PERCENT) {
      return "critical";
    }
    return percent > WARNING_PERCENT ? "warning" : "normal";
  }

  /// Whole percent; 100 only when nothing is left.
  private static int percent(Balance balance) {
    boolean spent = balance.posted().compareTo(balance.ceiling()) >= 0;
    if (spent) {
      return 100;
    }
    return BudgetHeaders.used(balance).movePointRight(2).intValueExact();
  }

  private static long cents(long nanos) {
    return BigDecimal.valueOf(nanos, NANOS_PER_CENT_PLACES)
        .setScale(0, RoundingMode.DOWN)
        .longValueExact();
  }
}
