package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.billing.Bill;
import dev.sluice.testkit.billing.BillEntry;
import java.math.BigDecimal;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/// The usage records of what a provider was asked, beside its bill.
///
/// @param name of the provider, in messages
record BilledRecords(String name, List<JsonNode> records, Bill bill) {

  static BigDecimal cost(JsonNode record) {
    return new BigDecimal(record.path("costUsd").asString());
  }

  private List<BigDecimal> costs(boolean estimated) {
    return records.stream()
        .filter(record -> record.path("estimated").asBoolean() == estimated)
        .map(BilledRecords::cost)
        .filter(cost -> cost.signum() > 0)
        .toList();
  }

  private static BigDecimal sum(List<BigDecimal> costs) {
    return costs.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /// Each exchange whose usage was told is on the bill with that amount; what is left of the bill
  /// is not more than what was estimated.
  ///
  /// @return what was compared
  String assertAgree() {
    assertThat(bill.entries()).hasSize((int) bill.exchanges());
    var left = new TreeMap<BigDecimal, Integer>();
    bill.entries().stream()
        .map(BillEntry::usd)
        .filter(usd -> usd.signum() > 0)
        .forEach(usd -> left.merge(usd, 1, Integer::sum));
    var exact = costs(false);
    for (var cost : exact) {
      assertThat(left).as("the bill of %s has %s", name, cost).containsKey(cost);
      left.computeIfPresent(cost, (_, count) -> count == 1 ? null : count - 1);
    }
    int cut = left.values().stream().mapToInt(Integer::intValue).sum();
    var open =
        left.entrySet().stream()
            .map(entry -> entry.getKey().multiply(BigDecimal.valueOf(entry.getValue())))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    var estimates = costs(true);
    assertThat(sum(estimates)).as("estimates of %s", name).isGreaterThanOrEqualTo(open);
    assertThat(estimates).as("estimates of %s", name).hasSizeGreaterThanOrEqualTo(cut);
    return "books of %s: %d exchanges exact; %d cut or too slow: bill $%s, ledger $%s in %d records"
        .formatted(name, exact.size(), cut, open, sum(estimates), estimates.size());
  }
}
