package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.billing.BillEntry;
import dev.sluice.testkit.provider.Simulator;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/// Compares the ledger with the bills of all providers, once everything has ended.
record SoakBooks(FourLanguages soak) {

  private static final Duration SOON = Duration.ofSeconds(30);

  void assertAgree() {
    soak.simulators().forEach(one -> assertThat(one.awaitIdle(SOON)).isTrue());
    Awaitility.await().atMost(SOON).untilAsserted(this::assertNothingIsHeld);
    Awaitility.await().atMost(SOON).untilAsserted(this::assertPostedIsRecorded);
    soak.providers().forEach(this::compare);
    assertThat(soak.world().gateway().metric("sluice_hold_overruns_total")).isZero();
  }

  private void assertNothingIsHeld() {
    for (var key : FourLanguages.KEYS) {
      assertThat(soak.world().gateway().budgets(key))
          .extracting(budget -> budget.path("held").asString())
          .containsOnly("0");
    }
  }

  /// A record is written a moment after its hold has ended.
  private void assertPostedIsRecorded() {
    Map<String, BigDecimal> recorded = new TreeMap<>();
    for (var record : soak.world().gateway().usage()) {
      recorded.merge(record.path("key").asString(), cost(record), BigDecimal::add);
    }
    for (var key : FourLanguages.KEYS) {
      var posted = soak.world().gateway().budgets(key).get(0).path("posted").asString();
      assertThat(recorded.getOrDefault(key, BigDecimal.ZERO))
          .as("recorded for %s", key)
          .isEqualByComparingTo(posted);
    }
  }

  private static BigDecimal cost(JsonNode record) {
    return new BigDecimal(record.path("costUsd").asString());
  }

  /// Each exchange whose usage was told is on the bill with that amount; what is left of the bill
  /// is not more than what was estimated.
  private void compare(String name, Simulator simulator) {
    var bill = simulator.bill();
    assertThat(bill.entries()).hasSize((int) bill.exchanges());
    var left = new TreeMap<BigDecimal, Integer>();
    bill.entries().stream()
        .map(BillEntry::usd)
        .filter(usd -> usd.signum() > 0)
        .forEach(usd -> left.merge(usd, 1, Integer::sum));
    var estimates = new ArrayList<BigDecimal>();
    var exact = new ArrayList<BigDecimal>();
    for (var record : records(name)) {
      (record.path("estimated").asBoolean() ? estimates : exact).add(cost(record));
    }
    for (var cost : exact) {
      assertThat(left).as("the bill of %s has %s", name, cost).containsKey(cost);
      left.computeIfPresent(cost, (_, count) -> count == 1 ? null : count - 1);
    }
    int cut = left.values().stream().mapToInt(Integer::intValue).sum();
    var open =
        left.entrySet().stream()
            .map(entry -> entry.getKey().multiply(BigDecimal.valueOf(entry.getValue())))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    var estimated = estimates.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    System.out.printf(
        "books of %s: %d exchanges exact; %d cut or too slow: bill $%s, ledger $%s in %d records%n",
        name, exact.size(), cut, open, estimated, estimates.size());
    assertThat(estimated).as("estimates of %s", name).isGreaterThanOrEqualTo(open);
    assertThat(estimates).as("estimates of %s", name).hasSizeGreaterThanOrEqualTo(cut);
  }

  private List<JsonNode> records(String provider) {
    return soak.world().gateway().usage().stream()
        .filter(record -> record.path("provider").asString().equals(provider))
        .filter(record -> cost(record).signum() > 0)
        .toList();
  }
}
