package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.sluice.core.budget.Balance;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A team that says `whenLedgerUnavailable: Allow`: its requests go on, and are charged later.
class UnledgeredTest {

  private static final ResponseFlags FINE = ResponseFlags.getDefaultInstance();

  /// A million tokens of input and ten thousand of output.
  private static final NanoUsd COST = NanoUsd.parse("5.25");

  private final ManualClock clock = new ManualClock();
  private final SwitchableLedger ledger = new SwitchableLedger(new MemoryLedger(clock));
  private final TestGateway gateway =
      new TestGateway(ledger, clock, HeartbeatTest.busy(GatewayConfig.DEFAULT));

  @AfterEach
  void close() {
    gateway.close();
  }

  private Said send(String key) {
    var body = "{\"model\":\"claude-opus-5-5\",\"messages\":[],\"max_tokens\":10000}";
    return gateway.send(Request.post(key, body));
  }

  private void end(Said said) {
    int before = gateway.usage.size();
    gateway.end(
        said,
        200,
        FINE,
        Map.of(
            DataPlane.METER_START, text("{\"message\":{\"usage\":{\"input_tokens\":1000000}}}"),
            DataPlane.METER_DELTA, text("{\"usage\":{\"output_tokens\":10000}}"),
            DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build(),
            DataPlane.METER_VISIBLE, text("10000,0,0,5,-1,9000")));
    Awaitility.await().until(() -> gateway.usage.size() > before);
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private Balance balance() {
    return ledger.store.balances(Policies.budgets("open")).getFirst();
  }

  private static void assertUnledgered(Said said) {
    assertThat(said.forwarded()).isTrue();
    assertThat(said.replyHeaders()).containsEntry(DataPlane.LEDGER_FIELD, "unavailable");
  }

  @Test
  void requests_go_on_and_what_they_cost_is_posted_once_the_ledger_is_back() {
    ledger.away = true;
    for (int i = 0; i < 3; i++) {
      var said = send("open");
      assertUnledgered(said);
      end(said);
    }
    assertThat(gateway.usage).extracting(record -> record.cost()).containsOnly(COST);
    assertThat(balance().posted()).isEqualTo(NanoUsd.ZERO);
    ledger.away = false;
    Awaitility.await().until(() -> balance().posted().equals(COST.times(3)));
    assertThat(balance().held()).isEqualTo(NanoUsd.ZERO);
    assertThat(send("open").status()).as("over its limit").isEqualTo(429);
  }

  @Test
  void only_one_request_waits_until_it_is_tried_again() {
    ledger.away = true;
    assertUnledgered(send("open"));
    int asked = ledger.asked.get();
    assertThat(asked).isGreaterThan(1);
    assertUnledgered(send("open"));
    assertUnledgered(send("open"));
    assertThat(ledger.asked).hasValue(asked);
    clock.advance(Duration.ofSeconds(5));
    assertUnledgered(send("open"));
    assertThat(ledger.asked).hasValueGreaterThan(asked);
    ledger.away = false;
    clock.advance(Duration.ofSeconds(5));
    assertThat(send("open").replyHeaders()).doesNotContainKey(DataPlane.LEDGER_FIELD);
    assertThat(send("open").replyHeaders()).doesNotContainKey(DataPlane.LEDGER_FIELD);
  }

  @Test
  void a_charge_whose_answer_was_lost_is_posted_once() {
    ledger.away = true;
    var said = send("open");
    ledger.mute = true;
    ledger.away = false;
    end(said);
    Awaitility.await().until(() -> balance().posted().equals(COST));
    ledger.mute = false;
    Awaitility.await().until(() -> metric("sluice_late_charges_waiting") == 0);
    assertThat(balance().posted()).isEqualTo(COST);
    assertThat(metric("sluice_unledgered_requests")).isEqualTo(1);
    assertThat(metric("sluice_dropped_charges")).isZero();
  }

  @Test
  void what_cannot_be_posted_when_the_gateway_ends_is_counted_as_lost() {
    ledger.away = true;
    end(send("open"));
    gateway.gateway.close();
    assertThat(metric("sluice_dropped_charges")).isEqualTo(1);
  }

  @Test
  void all_that_it_can_have_cost_is_posted_where_nobody_tells_the_end() {
    ledger.away = true;
    assertUnledgered(send("open"));
    ledger.away = false;
    clock.advance(GatewayConfig.DEFAULT.exchangeMax().plusSeconds(1));
    Awaitility.await()
        .untilAsserted(() -> assertThat(balance().posted()).isGreaterThan(NanoUsd.parse("0.25")));
    Awaitility.await()
        .until(() -> !gateway.usage.isEmpty() && metric("sluice_forgotten_exchanges") == 1);
    assertThat(gateway.usage)
        .singleElement()
        .matches(record -> record.outcome() == UsageRecord.Outcome.UNCONFIRMED)
        .matches(record -> record.cost().equals(balance().posted()));
  }

  @Test
  void a_team_that_does_not_say_so_is_refused() {
    ledger.away = true;
    assertThat(send("alice").status()).isEqualTo(503);
    assertUnledgered(send("open"));
    assertThat(send("alice").status()).isEqualTo(503);
  }

  private double metric(String name) {
    return gateway.registry.scrape(name::equals).stream()
        .flatMap(snapshot -> snapshot.getDataPoints().stream())
        .mapToDouble(UnledgeredTest::value)
        .sum();
  }

  private static double value(io.prometheus.metrics.model.snapshots.DataPointSnapshot point) {
    return switch (point) {
      case io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot counter ->
          counter.getValue();
      case io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot gauge ->
          gauge.getValue();
      default -> throw new AssertionError(point);
    };
  }
}
