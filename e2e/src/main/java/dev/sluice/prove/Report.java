package dev.sluice.prove;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.demo.parts.Money;
import dev.sluice.demo.parts.Terminal;
import dev.sluice.demo.parts.Terminal.Style;
import dev.sluice.prove.crowd.End;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;

/// The findings of a run as lines of text.
record Report(Terminal terminal) {

  private static final String BILL = "  %-30s %6s %15s %15s   %s";

  private static final String AMOUNT = "  %-22s %14s   %s";

  void print(Findings findings, List<Verdict> verdicts) {
    killed(findings);
    ends(findings);
    terminal.line();
    books(findings.books());
    terminal.line();
    ledger(findings.budget(), findings.books());
    terminal.line();
    verdicts.forEach(this::verdict);
  }

  private void killed(Findings findings) {
    var killed = findings.killed();
    terminal.line(
        "  killed after %.1f s: %d exchanges billed, %d answers in mid-stream, %d requests waiting"
            .formatted(
                killed.after().toMillis() / 1e3,
                killed.billed(),
                killed.streams(),
                killed.cut().size() - killed.streams()));
    terminal.line(
        "  the last of its processes ended %.1f s later"
            .formatted(killed.outlived().toMillis() / 1e3));
  }

  private void ends(Findings findings) {
    terminal.line(
        "  %d requests: %d answered, %d cancelled in mid-stream, %d refused for good, %d gave up"
            .formatted(
                findings.ends().size(),
                findings.count(End.Answered.class),
                findings.count(End.Cancelled.class),
                findings.count(End.Refused.class),
                findings.count(End.GaveUp.class)));
  }

  private void books(Books books) {
    terminal.line(
        Style.DIM, BILL.formatted("exchanges", "number", "ledger", "bill", "").stripTrailing());
    row("ended with their usage", books.whole(), "");
    row("cancelled, or cut", books.cut(), above(books.cut()));
    row("of the killed gateway, untold", books.untold(), "as held");
    row("together", books.all(), "");
  }

  private void row(String what, Books.Side side, String remark) {
    terminal.line(
        BILL.formatted(
                what,
                side.exchanges(),
                Money.exact(side.ledger()),
                Money.exact(side.bill()),
                remark)
            .stripTrailing());
  }

  private static String above(Books.Side side) {
    return side.bill().signum() == 0
        ? ""
        : "%+.2f %%"
            .formatted(
                side.ledger()
                    .subtract(side.bill())
                    .movePointRight(2)
                    .divide(side.bill(), MathContext.DECIMAL64));
  }

  private void ledger(BudgetLine budget, Books books) {
    amount("the provider's bill", books.all().bill(), ofLimit(books.all().bill(), budget));
    amount("the ledger: posted", budget.posted(), ofLimit(budget.posted(), budget));
    amount("            held", budget.held(), "for requests of the killed gateway");
    amount("the limit", budget.limit(), "");
  }

  private void amount(String what, BigDecimal usd, String remark) {
    terminal.line(AMOUNT.formatted(what, Money.exact(usd), remark).stripTrailing());
  }

  private static String ofLimit(BigDecimal usd, BudgetLine budget) {
    return percent(usd, budget.limit()) + " of the limit";
  }

  private static String percent(BigDecimal amount, BigDecimal limit) {
    return amount
            .movePointRight(2)
            .divide(limit, MathContext.DECIMAL64)
            .setScale(1, RoundingMode.DOWN)
            .toPlainString()
        + " %";
  }

  private void verdict(Verdict verdict) {
    terminal.wrapped(
        verdict.holds() ? Style.GREEN : Style.RED,
        verdict.holds() ? "  holds: " : "  DOES NOT HOLD: ",
        "    ",
        verdict.sentence());
  }
}
