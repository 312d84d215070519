package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.price.Tokens;
import dev.sluice.core.usage.ToolNote;
import dev.sluice.core.usage.ToolRecord;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.core.usage.UsageRecord.Outcome;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Holds that nobody ended in time: the usage records add up to what is posted, at every moment.
class ExpiredHoldsTest {

  private static final String BODY =
      "{\"model\":\"claude-opus-5-5\",\"messages\":[],\"max_tokens\":8000,\"stream\":true}";
  private static final Duration HOLD = GatewayConfig.DEFAULT.holdLifetime();

  private final ManualClock clock = new ManualClock();
  private final SwitchableLedger ledger = new SwitchableLedger(new MemoryLedger(clock));
  private final TestGateway gateway = new TestGateway(ledger, clock, GatewayConfig.DEFAULT);

  @AfterEach
  void close() {
    gateway.close();
  }

  private Said send() {
    var request = Request.post("alice", BODY).with("x-claude-code-session-id", "session-1");
    var said = gateway.send(request);
    assertThat(said.forwarded()).isTrue();
    return said;
  }

  private void expire() {
    clock.advance(HOLD);
    gateway.gateway.record(ledger.expire(10));
  }

  private void end(Said said, long output) {
    var start = "{\"message\":{\"usage\":{\"input_tokens\":1000,\"output_tokens\":1}}}";
    var delta = "{\"usage\":{\"output_tokens\":" + output + "}}";
    int before = gateway.usage.size();
    gateway.end(
        said,
        200,
        ResponseFlags.getDefaultInstance(),
        Map.of(
            DataPlane.METER_START, text(start),
            DataPlane.METER_DELTA, text(delta),
            DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build(),
            DataPlane.METER_VISIBLE, text(output + ",0,0,5,-1,9000")));
    Awaitility.await().until(() -> gateway.usage.size() > before);
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private Balance balance() {
    var budgets =
        Policies.snapshot().keysByName().stream()
            .filter(key -> key.name().name().equals("alice"))
            .findFirst()
            .orElseThrow()
            .budgets();
    return ledger.balances(budgets).getFirst();
  }

  private NanoUsd recorded() {
    return gateway.usage.stream().map(UsageRecord::cost).reduce(NanoUsd.ZERO, NanoUsd::plus);
  }

  private double counter(String name) {
    return gateway.registry.scrape(name::equals).stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .map(
            io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot.class
                ::cast)
        .mapToDouble(point -> point.getValue())
        .sum();
  }

  @Test
  void the_hold_of_a_call_of_a_tool_that_nobody_ended_has_a_record_of_its_kind() {
    var note =
        new ToolNote(
            "policy-1",
            "req-1",
            "alice",
            null,
            "payments",
            "s",
            "tools/call",
            "echo",
            "notes",
            "d",
            "toolu_1",
            7);
    var price = Amounts.usd(NanoUsd.parse("0.25"));
    var budgets = List.<Limit>of(balance().budget());
    ledger.reserve(new HoldRequest("tool:1", budgets, price, price, note.text(), HOLD)).join();
    expire();
    assertThat(gateway.usage).isEmpty();
    assertThat(gateway.tools).hasSize(1);
    var usage = gateway.tools.getFirst();
    assertThat(usage.outcome()).isEqualTo(ToolRecord.Outcome.UNCONFIRMED);
    assertThat(usage.server()).isEqualTo("notes");
    assertThat(usage.name()).isEqualTo("echo");
    assertThat(usage.toolUseId()).isEqualTo("toolu_1");
    assertThat(usage.cost()).isEqualTo(NanoUsd.parse("0.25"));
    assertThat(balance().posted()).isEqualTo(usage.cost());
  }

  @Test
  void the_hold_of_another_message_that_nobody_ended_has_a_record_that_costs_nothing() {
    var note =
        new ToolNote(
            "policy-1",
            "req-1",
            "alice",
            null,
            null,
            null,
            "resources/read",
            "file:///a",
            "notes",
            null,
            null,
            7);
    var nothing = Amounts.usd(NanoUsd.ZERO);
    var budgets = List.<Limit>of(balance().budget());
    ledger.reserve(new HoldRequest("tool:1", budgets, nothing, nothing, note.text(), HOLD)).join();
    expire();
    assertThat(gateway.usage).isEmpty();
    assertThat(gateway.tools).hasSize(1);
    var usage = gateway.tools.getFirst();
    assertThat(usage.ofTool()).isFalse();
    assertThat(usage.method()).isEqualTo("resources/read");
    assertThat(usage.name()).isEqualTo("file:///a");
    assertThat(usage.outcome()).isEqualTo(ToolRecord.Outcome.UNCONFIRMED);
    assertThat(usage.cost()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void an_expired_hold_leaves_a_record_of_all_that_it_held() {
    end(send(), 500);
    var began = clock.instant();
    var said = send();
    var held = balance().held();
    expire();
    assertThat(recorded()).isEqualTo(balance().posted());
    var usage = gateway.usage.getLast();
    assertThat(usage.outcome()).isEqualTo(Outcome.UNCONFIRMED);
    assertThat(usage.estimated()).isTrue();
    assertThat(usage.cost()).isEqualTo(held);
    assertThat(usage.time()).isEqualTo(began);
    assertThat(usage.tokens()).isEqualTo(Tokens.NONE);
    assertThat(usage.requestId()).isEqualTo(said.request().id());
    assertThat(usage)
        .usingRecursiveComparison()
        .comparingOnlyFields(
            "key",
            "owner",
            "team",
            "sessionId",
            "agentId",
            "parentAgentId",
            "clientVersion",
            "modelAsked",
            "modelServed",
            "provider",
            "priceVersion")
        .isEqualTo(gateway.usage.getFirst());
    assertThat(counter("sluice_expired_holds")).isEqualTo(1);
    assertThat(counter("sluice_unconfirmed_usd")).isEqualTo(held.nanos() / 1e9);
  }

  @Test
  void what_was_carried_over_is_in_the_records_of_others_already() {
    end(send(), 500);
    var usd = Amounts.usd(NanoUsd.parse("1"));
    var before = balance().posted();
    ledger
        .reserve(
            new HoldRequest(
                HoldRequest.CARRIED + "1", List.of(balance().budget()), usd, usd, "", HOLD))
        .join();
    expire();
    assertThat(balance().posted()).isEqualTo(before.plus(usd.usd()));
    assertThat(recorded()).isEqualTo(before);
    assertThat(counter("sluice_expired_holds")).isZero();
  }

  @Test
  void a_late_end_corrects_the_booking_and_records_the_difference() {
    var said = send();
    var held = balance().held();
    expire();
    end(said, 500);
    var cost = Policies.PRICE.cost(new Tokens(1_000, 500, 0, 0, 0, 0));
    assertThat(balance().posted()).isEqualTo(cost);
    assertThat(recorded()).isEqualTo(cost);
    var usage = gateway.usage.getLast();
    assertThat(usage.requestId()).isEqualTo(gateway.usage.getFirst().requestId());
    assertThat(usage.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(usage.tokens()).isEqualTo(new Tokens(1_000, 500, 0, 0, 0, 0));
    assertThat(usage.cost()).isEqualTo(cost.minus(held));
    assertThat(counter("sluice_corrected_usd")).isEqualTo(held.nanos() / 1e9);
    assertThat(counter("sluice_hold_overruns")).isZero();
  }

  @Test
  void a_late_end_after_a_correction_changes_nothing() {
    var said = send();
    expire();
    ledger.correct(ledger.ids.iterator().next(), Charge.usd(NanoUsd.parse("0.01")));
    int before = gateway.usage.size();
    end(said, 500);
    assertThat(balance().posted()).isEqualTo(NanoUsd.parse("0.01"));
    assertThat(gateway.usage.subList(before, gateway.usage.size()))
        .singleElement()
        .matches(usage -> usage.cost().equals(NanoUsd.ZERO))
        .matches(usage -> usage.tokens().output() == 500);
  }

  @Test
  void a_late_end_never_raises_what_is_posted_and_is_an_alarm() {
    var said = send();
    var held = balance().held();
    expire();
    end(said, 64_000);
    assertThat(balance().posted()).isEqualTo(held);
    assertThat(recorded()).isEqualTo(held);
    assertThat(counter("sluice_hold_overruns")).isEqualTo(1);
  }
}
