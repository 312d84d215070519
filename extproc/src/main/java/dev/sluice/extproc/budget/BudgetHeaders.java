package dev.sluice.extproc.budget;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Level;
import dev.sluice.extproc.reply.Header;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The caller's own budget in the headers that Claude Code shows.
public final class BudgetHeaders {

  private static final String PREFIX = "anthropic-ratelimit-unified-";
  private static final BigDecimal HIGHEST = new BigDecimal("0.99");
  private static final BigDecimal WARNING = new BigDecimal("0.75");
  private static final BigDecimal LAST_WARNING = new BigDecimal("0.95");

  private BudgetHeaders() {}

  /// The budget of which the largest part is posted; the first of several, which is the key's own.
  /// Caps are not the caller's budgets.
  public static @Nullable Balance fullest(List<Balance> balances) {
    Balance fullest = null;
    for (var balance : balances) {
      boolean fuller = fullest == null || balance.utilization() > fullest.utilization();
      if (fuller && !balance.budget().level().caps()) {
        fullest = balance;
      }
    }
    return fullest;
  }

  /// For an answer that was admitted; none for a caller without a budget.
  public static List<Header> allowed(List<Balance> balances) {
    var balance = fullest(balances);
    if (balance == null) {
      return List.of();
    }
    var used = used(balance);
    boolean warned = used.compareTo(WARNING) >= 0;
    var status = warned ? "allowed_warning" : "allowed";
    var headers = new ArrayList<Header>(9);
    add(headers, "status", status);
    add(headers, "overage-status", status);
    add(headers, "representative-claim", "overage");
    add(headers, "overage-utilization", used.toPlainString());
    if (warned) {
      var threshold = used.compareTo(LAST_WARNING) >= 0 ? LAST_WARNING : WARNING;
      add(headers, "overage-surpassed-threshold", threshold.toPlainString());
    }
    addWindow(headers, balance);
    boolean shared =
        balance.budget().level() == Level.TEAM || balance.budget().level() == Level.PROVIDER;
    if (shared) {
      add(headers, "overage-scope", "group_pool");
    }
    return headers;
  }

  /// For a refusal because of this budget. The claim and the overage's status are left out: with
  /// them the client writes a sentence of its own in place of ours. A cap has no time at which the
  /// session may go on.
  public static List<Header> rejected(Balance balance) {
    var headers = new ArrayList<Header>(7);
    add(headers, "status", "rejected");
    add(headers, "overage-utilization", "1");
    add(headers, "overage-surpassed-threshold", "1");
    add(headers, "overage-disabled-reason", "org_spend_cap_reached");
    if (!balance.budget().level().caps()) {
      addWindow(headers, balance);
    }
    return headers;
  }

  private static void addWindow(List<Header> headers, Balance balance) {
    var resetsAt = balance.resetsAt();
    if (resetsAt != null) {
      var seconds = Long.toString(resetsAt.getEpochSecond());
      add(headers, "reset", seconds);
      add(headers, "overage-reset", seconds);
    }
    switch (balance.budget().window().period()) {
      case DAY -> add(headers, "overage-period", "daily");
      case MONTH -> add(headers, "overage-period", "monthly");
      case MINUTE, HOUR, WEEK, YEAR -> {
        // The client knows no word for them.
      }
    }
  }

  private static void add(List<Header> headers, String name, String value) {
    headers.add(new Header(PREFIX + name, value));
  }

  /// Two decimals, below 1 while requests are admitted.
  static BigDecimal used(Balance balance) {
    if (balance.ceiling().nanos() == 0) {
      return HIGHEST;
    }
    return BigDecimal.valueOf(balance.posted().nanos())
        .divide(BigDecimal.valueOf(balance.ceiling().nanos()), MathContext.DECIMAL64)
        .setScale(2, RoundingMode.DOWN)
        .min(HIGHEST);
  }
}
