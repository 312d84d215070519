package dev.sluice.prove;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.demo.parts.Money;
import dev.sluice.demo.parts.UsageLine;
import dev.sluice.testkit.billing.Bill;
import dev.sluice.testkit.billing.BillEntry;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The ledger against the provider's bill, exchange by exchange.
///
/// @param whole exchanges that ended with their usage
/// @param cut those that did not, and were estimated
/// @param untold those whose gateway died before it could tell: what it had held for them stays
///   held, or was posted in full as unconfirmed
/// @param faults of the exchanges with a record, one sentence each
record Books(Side whole, Side cut, Side untold, List<String> faults) {

  Books {
    faults = List.copyOf(faults);
  }

  /// What the same exchanges cost by the two books.
  record Side(int exchanges, BigDecimal ledger, BigDecimal bill) {

    private static Side of(List<Pair> pairs) {
      return new Side(
          pairs.size(),
          sum(pairs.stream().map(pair -> pair.usage().costUsd())),
          sum(pairs.stream().map(pair -> pair.billed().usd())));
    }

    Side plus(Side other) {
      return new Side(exchanges + other.exchanges, ledger.add(other.ledger), bill.add(other.bill));
    }
  }

  /// One exchange in both books.
  private record Pair(BillEntry billed, UsageLine usage) {

    private Stream<String> faults() {
      int order = usage.costUsd().compareTo(billed.usd());
      boolean right = usage.estimated() ? order >= 0 : order == 0;
      var expected = usage.estimated() ? "not below" : "the same";
      return right
          ? Stream.empty()
          : Stream.of(
              "exchange %s: the ledger has %s, the bill %s (expected: %s)"
                  .formatted(
                      billed.requestId(),
                      Money.brief(usage.costUsd()),
                      Money.brief(billed.usd()),
                      expected));
    }
  }

  /// @param admitted the ids of the answers that came through the gateway that lives on
  static Books of(Bill bill, List<UsageLine> records, BudgetLine budget, List<String> admitted) {
    var usage = records.stream().filter(record -> !record.isUnconfirmed()).toList();
    var pairs =
        usage.stream()
            .flatMap(
                record ->
                    bill
                        .find(record.upstreamRequestId())
                        .map(billed -> new Pair(billed, record))
                        .stream())
            .toList();
    var told = pairs.stream().map(pair -> pair.billed().requestId()).collect(Collectors.toSet());
    var unrecorded =
        bill.entries().stream().filter(entry -> !told.contains(entry.requestId())).toList();
    var recorded = sum(usage.stream().map(UsageLine::costUsd));
    var left = budget.posted().subtract(recorded).add(budget.held());
    var billed = sum(unrecorded.stream().map(BillEntry::usd));
    return new Books(
        Side.of(pairs.stream().filter(pair -> !pair.usage().estimated()).toList()),
        Side.of(pairs.stream().filter(pair -> pair.usage().estimated()).toList()),
        new Side(unrecorded.size(), left, billed),
        Stream.of(
                pairs.stream().flatMap(Pair::faults),
                unbilled(usage, pairs),
                withoutRecord(usage, admitted))
            .flatMap(faults -> faults)
            .toList());
  }

  private static Stream<String> unbilled(List<UsageLine> usage, List<Pair> pairs) {
    int more = usage.size() - pairs.size();
    return more == 0
        ? Stream.empty()
        : Stream.of("%d usage records are of no exchange on the bill".formatted(more));
  }

  private static Stream<String> withoutRecord(List<UsageLine> usage, List<String> admitted) {
    var missing = new HashSet<>(admitted);
    usage.forEach(record -> missing.remove(record.requestId()));
    return missing.isEmpty()
        ? Stream.empty()
        : Stream.of(
            "%d answers of the gateway that lives on have no usage record, such as %s"
                .formatted(missing.size(), missing.iterator().next()));
  }

  Side all() {
    return whole.plus(cut).plus(untold);
  }

  private static BigDecimal sum(Stream<BigDecimal> amounts) {
    return amounts.reduce(BigDecimal.ZERO, BigDecimal::add);
  }
}
