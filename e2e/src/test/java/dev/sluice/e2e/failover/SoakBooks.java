package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.provider.Simulator;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

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
      recorded.merge(record.path("key").asString(), BilledRecords.cost(record), BigDecimal::add);
    }
    for (var key : FourLanguages.KEYS) {
      var posted = soak.world().gateway().budgets(key).get(0).path("posted").asString();
      assertThat(recorded.getOrDefault(key, BigDecimal.ZERO))
          .as("recorded for %s", key)
          .isEqualByComparingTo(posted);
    }
  }

  private void compare(String name, Simulator simulator) {
    var records =
        soak.world().gateway().usage().stream()
            .filter(record -> record.path("provider").asString().equals(name))
            .toList();
    System.out.println(new BilledRecords(name, records, simulator.bill()).assertAgree());
  }
}
