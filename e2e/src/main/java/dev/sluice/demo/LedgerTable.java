package dev.sluice.demo;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// Every budget with what is posted and held, as lines of text.
final class LedgerTable {

  private static final String COLUMNS = "  %-18s %-12s %13s %13s %16s   %s";
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("MMM d, HH:mm 'UTC'", Locale.ENGLISH).withZone(ZoneOffset.UTC);

  private LedgerTable() {}

  static String headings() {
    return COLUMNS.formatted("budget", "limit", "posted", "held", "remaining", "resets");
  }

  static List<String> rows(List<BudgetLine> budgets) {
    return budgets.stream().map(LedgerTable::row).toList();
  }

  private static String row(BudgetLine budget) {
    return COLUMNS.formatted(
        budget.title(),
        Money.brief(budget.limit()) + " a " + budget.window().toLowerCase(Locale.ROOT),
        Money.exact(budget.posted()),
        Money.exact(budget.held()),
        Money.exact(budget.remaining()),
        budget.resetsAt().isEmpty() ? "" : MOMENT.format(Instant.parse(budget.resetsAt())));
  }
}
