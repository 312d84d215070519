package dev.sluice.demo;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.demo.parts.Money;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// The ledger and the provider's bill as lines of text.
final class Tables {

  private static final String LEDGER = "  %-18s %-14s %13s %13s %15s   %s";
  private static final String BILL = "  %-18s %9s %18s %13s   %s";
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("MMM d, HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private Tables() {}

  static String ledgerHeadings() {
    return LEDGER.formatted("budget", "limit", "posted", "held", "remaining", "resets");
  }

  static List<String> ledger(List<BudgetLine> budgets) {
    return budgets.stream().map(Tables::row).toList();
  }

  private static String row(BudgetLine budget) {
    return LEDGER.formatted(
        budget.title(),
        Money.brief(budget.limit()) + " a " + budget.window().toLowerCase(Locale.ROOT),
        Money.exact(budget.posted()),
        Money.exact(budget.held()),
        Money.exact(budget.remaining()),
        budget.resetsAt().isEmpty() ? "" : MOMENT.format(Instant.parse(budget.resetsAt())));
  }

  static String billHeadings() {
    return BILL.formatted("exchanges", "number", "ledger", "bill", "").stripTrailing();
  }

  static List<String> bill(Audit audit) {
    var exact = audit.exact();
    boolean equal = exact.ledger().compareTo(exact.bill()) == 0;
    return List.of(
        row("ended with usage", exact, equal ? "equal to the nano-dollar" : "differs"),
        row(
            "cancelled",
            audit.estimated(),
            "%+.2f %% (allowed: 0 to 5 %%)".formatted(audit.estimated().percentAbove())));
  }

  private static String row(String what, Audit.Side side, String verdict) {
    return BILL.formatted(
        what, side.exchanges(), Money.exact(side.ledger()), Money.exact(side.bill()), verdict);
  }
}
