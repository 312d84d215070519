package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.sluice.core.budget.Balance;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.Upstream;
import dev.sluice.core.price.Tokens;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.core.usage.UsageRecord.Outcome;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The gateway that took a hold is gone, and another one is told how its exchange ended.
class LateEvidenceTest {

  private static final ResponseFlags FINE = ResponseFlags.getDefaultInstance();
  private static final ResponseFlags LEFT =
      ResponseFlags.newBuilder().setDownstreamConnectionTermination(true).build();
  private static final ResponseFlags BROKE =
      ResponseFlags.newBuilder().setUpstreamConnectionTermination(true).build();
  private static final Tokens USED = new Tokens(1_000, 500, 0, 0, 0, 0);
  private static final NanoUsd COST = Policies.PRICE.cost(USED);

  private final ManualClock clock = new ManualClock();
  private final SwitchableLedger ledger = new SwitchableLedger(new MemoryLedger(clock));
  private final TestGateway gone = new TestGateway(ledger, clock, GatewayConfig.DEFAULT);
  private final TestGateway heir = new TestGateway(ledger, clock, GatewayConfig.DEFAULT);
  private final TestGateway other = new TestGateway(ledger, clock, GatewayConfig.DEFAULT);

  @AfterEach
  void close() {
    gone.close();
    heir.close();
    other.close();
  }

  private static Request request(String key, long maxTokens) {
    return Request.post(
            key,
            "{\"model\":\"claude-opus-5-5\",\"messages\":[],\"max_tokens\":"
                + maxTokens
                + ",\"stream\":true}")
        .with("x-claude-code-session-id", "session-1");
  }

  private Said admitted(String key, long maxTokens) {
    var said = gone.send(request(key, maxTokens));
    assertThat(said.forwarded()).isTrue();
    return said;
  }

  private Said orphan() {
    var said = admitted("alice", 8_000);
    gone.close();
    return said;
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static Map<String, Value> started() {
    return Map.of(
        DataPlane.METER_START,
        text("{\"message\":{\"usage\":{\"input_tokens\":1000,\"output_tokens\":1}}}"));
  }

  private static Map<String, Value> whole() {
    var readings = new TreeMap<>(started());
    readings.put(DataPlane.METER_DELTA, text("{\"usage\":{\"output_tokens\":500}}"));
    readings.put(DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build());
    readings.put(DataPlane.METER_VISIBLE, text("500,0,0,5,-1,9000"));
    return readings;
  }

  private Balance balance(String key) {
    return ledger.balances(Policies.budgets(key)).getFirst();
  }

  private void assertBalance(NanoUsd posted, NanoUsd held) {
    var balance = balance("alice");
    assertThat(balance.posted()).isEqualTo(posted);
    assertThat(balance.held()).isEqualTo(held);
  }

  private NanoUsd recorded() {
    return Stream.of(gone, heir, other)
        .flatMap(gateway -> gateway.usage.stream())
        .map(UsageRecord::cost)
        .reduce(NanoUsd.ZERO, NanoUsd::plus);
  }

  private static double count(TestGateway gateway, String name, String label) {
    return gateway.registry.scrape(name::equals).stream()
        .flatMap(metric -> metric.getDataPoints().stream())
        .map(CounterDataPointSnapshot.class::cast)
        .filter(point -> point.getLabels().stream().anyMatch(of -> of.getValue().equals(label)))
        .mapToDouble(CounterDataPointSnapshot::getValue)
        .sum();
  }

  private static void await(TestGateway gateway, String outcome, int times) {
    Awaitility.await().until(() -> count(gateway, "sluice_late_evidence", outcome) == times);
  }

  private void assertLeft(Said said, String outcome) {
    var held = balance("alice").held();
    assertThat(held).isNotEqualTo(NanoUsd.ZERO);
    heir.end(said, 200, FINE, outcome.equals("cut") ? started() : whole());
    await(heir, outcome, 1);
    assertBalance(NanoUsd.ZERO, held);
    assertThat(heir.usage).isEmpty();
  }

  @Test
  void an_open_hold_is_settled_exactly_and_recorded_as_its_own_gateway_would() {
    var own = gone.send(request("alice", 8_000));
    gone.end(own, 200, FINE, whole());
    Awaitility.await().until(() -> gone.usage.size() == 1);
    var said = orphan();
    heir.end(said, 200, FINE, whole());
    await(heir, "booked", 1);
    assertBalance(COST.plus(COST), NanoUsd.ZERO);
    assertThat(heir.usage).hasSize(1);
    assertThat(heir.usage.getFirst().requestId()).isEqualTo(said.request().id());
    assertThat(heir.usage.getFirst())
        .usingRecursiveComparison()
        .ignoringFields("requestId")
        .isEqualTo(gone.usage.getFirst());
    assertThat(count(heir, "gen_ai_client_operations", "completed")).isEqualTo(1);
  }

  @Test
  void an_expired_hold_is_corrected_to_the_exact_cost_and_the_records_add_up() {
    var said = orphan();
    var began = clock.instant();
    var held = balance("alice").held();
    clock.advance(GatewayConfig.DEFAULT.holdLifetime());
    other.gateway.record(ledger.expire(10));
    assertBalance(held, NanoUsd.ZERO);
    heir.end(said, 200, FINE, whole());
    await(heir, "booked", 1);
    assertBalance(COST, NanoUsd.ZERO);
    assertThat(recorded()).isEqualTo(COST);
    var usage = heir.usage.getFirst();
    assertThat(usage.cost()).isEqualTo(COST.minus(held));
    assertThat(usage.tokens()).isEqualTo(USED);
    assertThat(usage.time()).isEqualTo(began);
    assertThat(usage.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(usage.estimated()).isFalse();
  }

  @Test
  void an_end_that_is_told_again_changes_nothing() {
    var said = orphan();
    heir.end(said, 200, FINE, whole());
    await(heir, "booked", 1);
    int before = ledger.finds.get();
    heir.end(said, 200, FINE, whole());
    other.end(said, 200, FINE, whole());
    Awaitility.await().until(() -> ledger.finds.get() == before + 2);
    awaitQuiet();
    assertBalance(COST, NanoUsd.ZERO);
    assertThat(recorded()).isEqualTo(COST);
    assertThat(other.usage).isEmpty();
  }

  private void awaitQuiet() {
    Awaitility.await().until(() -> heir.gateway.inFlight() + other.gateway.inFlight() == 0);
  }

  @Test
  void of_two_that_are_told_at_once_one_books_and_records() {
    var said = orphan();
    var answer = new CompletableFuture<String>();
    ledger.findAfter = answer;
    heir.end(said, 200, FINE, whole());
    other.end(said, 200, FINE, whole());
    Awaitility.await().until(() -> ledger.finds.get() == 2);
    answer.complete("now");
    awaitQuiet();
    assertThat(
            count(heir, "sluice_late_evidence", "booked")
                + count(other, "sluice_late_evidence", "booked"))
        .isEqualTo(1);
    assertThat(
            count(heir, "sluice_late_evidence", "repeated")
                + count(other, "sluice_late_evidence", "repeated"))
        .isEqualTo(1);
    assertBalance(COST, NanoUsd.ZERO);
    assertThat(recorded()).isEqualTo(COST);
    assertThat(heir.usage.size() + other.usage.size()).isEqualTo(1);
  }

  @Test
  void a_cut_answer_leaves_the_hold_as_it_is() {
    assertLeft(orphan(), "cut");
  }

  @Test
  void another_price_table_leaves_the_hold_as_it_is() {
    var now = Policies.snapshot();
    heir.policy.put(new Snapshot("v2", "prices-2", now.keys(), now.upstreams()));
    assertLeft(orphan(), "price");
  }

  @Test
  void another_price_of_the_providers_own_leaves_the_hold_as_it_is() {
    var now = Policies.snapshot();
    var upstreams = new TreeMap<ObjectName, Upstream>(now.upstreams());
    var dear = upstreams.get(Policies.ANTHROPIC);
    var cheap = upstreams.get(Policies.KINDS).models().get("kind-cheap");
    upstreams.put(
        dear.name(),
        new Upstream(
            dear.name(),
            dear.endpoint(),
            dear.service(),
            dear.accounts(),
            Map.of("claude-opus-5-5", cheap),
            null,
            List.of(),
            List.of(),
            dear.timeouts(),
            dear.outlier()));
    heir.policy.put(new Snapshot("v2", now.priceVersion(), now.keys(), upstreams));
    assertLeft(orphan(), "price");
  }

  @Test
  void a_request_that_never_reached_the_provider_is_released_whatever_it_cost_then() {
    var now = Policies.snapshot();
    heir.policy.put(new Snapshot("v2", "prices-2", now.keys(), now.upstreams()));
    heir.endUnsent(orphan(), 503, "upstream_reset_before_response_started{connection_failure}");
    await(heir, "booked", 1);
    assertBalance(NanoUsd.ZERO, NanoUsd.ZERO);
    assertThat(heir.usage)
        .singleElement()
        .matches(usage -> usage.outcome() == Outcome.UPSTREAM_UNAVAILABLE)
        .matches(usage -> usage.cost().equals(NanoUsd.ZERO));
    assertThat(count(heir, "sluice_refusals", "envoy")).isZero();
  }

  @Test
  void a_request_that_the_provider_refused_is_released() {
    heir.end(orphan(), 529, FINE, Map.of());
    await(heir, "booked", 1);
    assertBalance(NanoUsd.ZERO, NanoUsd.ZERO);
    assertThat(heir.usage.getFirst().outcome()).isEqualTo(Outcome.UPSTREAM_ERROR);
  }

  /// As where the gateway dies that is to watch the answer: the provider may have begun it.
  @Test
  void a_request_that_the_provider_had_when_envoy_ended_it_leaves_the_hold_as_it_is() {
    var said = orphan();
    var held = balance("alice").held();
    heir.end(said, 503, LEFT, Map.of());
    await(heir, "cut", 1);
    assertBalance(NanoUsd.ZERO, held);
  }

  @Test
  void a_request_that_the_provider_may_have_read_leaves_the_hold_as_it_is() {
    var said = orphan();
    var held = balance("alice").held();
    heir.end(said, 503, BROKE, Map.of());
    await(heir, "cut", 1);
    assertBalance(NanoUsd.ZERO, held);
    assertThat(heir.usage).isEmpty();
  }

  @Test
  void a_hold_that_is_not_called_as_its_request_is_found() {
    var said = admitted("poor", 64_000);
    gone.close();
    assertThat(said.response().getDynamicMetadata().getFieldsMap())
        .containsKey(DataPlane.HOLD_NAMESPACE);
    assertThat(said.replyHeaders()).doesNotContainKey(DataPlane.HOLD_ID);
    heir.end(said, 200, FINE, whole());
    await(heir, "booked", 1);
    assertThat(balance("poor").posted()).isEqualTo(COST);
    assertThat(balance("poor").held()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void only_what_may_have_a_hold_is_looked_up() {
    var refused = heir.send(request("unknown", 8_000));
    assertThat(refused.status()).isEqualTo(401);
    heir.endUnsent(refused, 401, refused.response().getImmediateResponse().getDetails());
    assertThat(refused.response().getImmediateResponse().getDetails()).startsWith("sluice");
    var unseen = new Said(request("alice", 1), refused.response(), false);
    heir.endUnsent(unseen, 404, "route_not_found");
    Awaitility.await().until(() -> count(heir, "sluice_refusals", "envoy") == 1);
    assertThat(ledger.finds).hasValue(1);
    assertThat(heir.usage).isEmpty();
  }

  @Test
  void a_ledger_that_is_away_leaves_the_hold_as_it_is() {
    var said = orphan();
    var held = balance("alice").held();
    ledger.away = true;
    heir.end(said, 200, FINE, whole());
    await(heir, "unavailable", 1);
    ledger.away = false;
    assertBalance(NanoUsd.ZERO, held);
  }

  @Test
  void what_is_too_much_at_once_is_dropped_and_counted() {
    var said = orphan();
    var unseen = new ArrayList<Said>();
    for (int i = 0; i < 1_000; i++) {
      unseen.add(new Said(request("alice", 1), said.response(), false));
    }
    var answer = new CompletableFuture<String>();
    ledger.findAfter = answer;
    unseen.forEach(one -> heir.end(one, 200, FINE, whole()));
    heir.end(said, 200, FINE, whole());
    await(heir, "dropped", 1);
    assertThat(ledger.finds).hasValue(1_000);
    answer.complete("now");
    awaitQuiet();
    heir.end(said, 200, FINE, whole());
    await(heir, "booked", 1);
    assertBalance(COST, NanoUsd.ZERO);
  }
}
