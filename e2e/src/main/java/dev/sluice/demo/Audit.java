package dev.sluice.demo;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.demo.parts.Money;
import dev.sluice.demo.parts.UsageLine;
import dev.sluice.testkit.billing.Bill;
import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.billing.Outcome;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// The ledger against the provider's own bill.
///
/// @param exact the exchanges that ended with their usage
/// @param estimated those that did not
/// @param faults what does not agree, one sentence each
record Audit(Side exact, Side estimated, List<String> faults) {

  private static final BigDecimal ABOVE_MAX = new BigDecimal("1.05");

  Audit {
    faults = List.copyOf(faults);
  }

  /// What the same exchanges cost by the two books.
  record Side(int exchanges, BigDecimal ledger, BigDecimal bill) {

    private static Side of(List<Exchange> exchanges) {
      return new Side(
          exchanges.size(),
          sum(exchanges.stream().map(exchange -> exchange.usage().costUsd())),
          sum(exchanges.stream().map(exchange -> exchange.billed().usd())));
    }

    /// How much the ledger is above the bill, in percent.
    BigDecimal percentAbove() {
      return ledger.subtract(bill).movePointRight(2).divide(bill, MathContext.DECIMAL64);
    }
  }

  /// One exchange in both books.
  private record Exchange(BillEntry billed, UsageLine usage) {}

  /// @param tools the calls of tools, which are on no provider's bill
  static Audit of(
      Bill bill, List<UsageLine> usage, List<UsageLine> tools, List<BudgetLine> budgets) {
    var all = Stream.concat(usage.stream(), tools.stream()).toList();
    var exchanges =
        usage.stream()
            .flatMap(
                record ->
                    bill
                        .find(record.upstreamRequestId())
                        .map(billed -> new Exchange(billed, record))
                        .stream())
            .toList();
    var faults =
        Stream.of(
                faultOfNumbers(bill, usage, exchanges),
                exchanges.stream().flatMap(Audit::faults),
                budgets.stream().flatMap(budget -> faults(budget, all)))
            .flatMap(Function.identity())
            .toList();
    var estimated = exchanges.stream().filter(exchange -> exchange.usage().estimated()).toList();
    var exact = exchanges.stream().filter(exchange -> !exchange.usage().estimated()).toList();
    return new Audit(Side.of(exact), Side.of(estimated), faults);
  }

  private static Stream<String> faultOfNumbers(
      Bill bill, List<UsageLine> usage, List<Exchange> exchanges) {
    return exchanges.size() == bill.exchanges() && exchanges.size() == usage.size()
        ? Stream.empty()
        : Stream.of(
            "%d usage records (expected: %d, as on the bill)"
                .formatted(usage.size(), bill.exchanges()));
  }

  private static Stream<String> faults(Exchange exchange) {
    var billed = exchange.billed().usd();
    var cost = exchange.usage().costUsd();
    boolean whole = exchange.billed().outcome() == Outcome.COMPLETED;
    var most = whole ? billed : billed.multiply(ABOVE_MAX);
    return cost.compareTo(billed) >= 0 && cost.compareTo(most) <= 0
        ? Stream.empty()
        : Stream.of(
            "exchange %s: the ledger has %s, the bill %s (expected: %s)"
                .formatted(
                    exchange.billed().requestId(),
                    Money.brief(cost),
                    Money.brief(billed),
                    whole ? "the same" : "0 to 5 % above"));
  }

  private static Stream<String> faults(BudgetLine budget, List<UsageLine> usage) {
    var spent = sum(usage.stream().filter(budget::covers).map(UsageLine::costUsd));
    var faults = Stream.<String>builder();
    if (budget.posted().compareTo(spent) != 0) {
      faults.add(fault(budget, "posted", budget.posted(), Money.brief(spent)));
    }
    if (budget.posted().compareTo(budget.limit()) > 0) {
      faults.add(
          fault(budget, "posted", budget.posted(), "at most " + Money.brief(budget.limit())));
    }
    if (budget.held().signum() != 0) {
      faults.add(fault(budget, "held", budget.held(), "nothing"));
    }
    return faults.build();
  }

  private static String fault(BudgetLine budget, String what, BigDecimal found, String expected) {
    return "%s: %s %s (expected: %s)".formatted(budget.title(), what, Money.brief(found), expected);
  }

  private static BigDecimal sum(Stream<BigDecimal> amounts) {
    return amounts.reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
