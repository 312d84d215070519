package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.sluice.core.budget.Balance;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.price.Tokens;
import dev.sluice.core.usage.UsageRecord.Outcome;
import dev.sluice.extproc.TestGateway.Bodies;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

@ParameterizedClass
@EnumSource
class BudgetFlowTest {

  private static final ResponseFlags FINE = ResponseFlags.getDefaultInstance();
  private static final ResponseFlags CLIENT_GONE =
      ResponseFlags.newBuilder().setDownstreamConnectionTermination(true).build();
  private static final ResponseFlags TIMED_OUT =
      ResponseFlags.newBuilder().setUpstreamRequestTimeout(true).build();
  private static final ResponseFlags BROKE =
      ResponseFlags.newBuilder().setUpstreamConnectionTermination(true).build();
  private static final ResponseFlags CONNECT_FAILED =
      ResponseFlags.newBuilder().setUpstreamConnectionFailure(true).build();

  private final ManualClock clock = new ManualClock();
  private final SwitchableLedger ledger = new SwitchableLedger(new MemoryLedger(clock));
  private final TestGateway gateway;
  private final Bodies bodies;

  BudgetFlowTest(Bodies bodies) {
    this.bodies = bodies;
    gateway = new TestGateway(ledger, clock, config(GatewayConfig.DEFAULT), bodies);
  }

  private static GatewayConfig config(GatewayConfig base) {
    return new GatewayConfig(
        base.bodyBytesMax(),
        base.bufferedBytesMax(),
        base.holdLifetime(),
        base.exchangeMax(),
        Duration.ofMillis(120),
        base.ledgerAwayMax(),
        base.expireEvery(),
        base.expireMax(),
        base.closeMax());
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private static String body(long maxTokens) {
    return "{\"model\":\"claude-opus-5-5\",\"messages\":[],\"max_tokens\":"
        + maxTokens
        + ",\"stream\":true}";
  }

  /// Its hold cannot grow.
  private static String inOnePiece(long maxTokens) {
    return body(maxTokens).replace("true", "false");
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static Map<String, Value> answered(long input, long output) {
    var start = "{\"message\":{\"usage\":{\"input_tokens\":" + input + ",\"output_tokens\":1}}}";
    var delta = "{\"usage\":{\"output_tokens\":" + output + "}}";
    return Map.of(
        DataPlane.METER_START, text(start),
        DataPlane.METER_DELTA, text(delta),
        DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build(),
        DataPlane.METER_VISIBLE, text(output + ",0,0,5,-1,9000"),
        DataPlane.METER_UPSTREAM_REQUEST_ID, text("req_1"));
  }

  private static Map<String, Value> cut(long input, String visible) {
    var start = "{\"message\":{\"usage\":{\"input_tokens\":" + input + ",\"output_tokens\":1}}}";
    return Map.of(DataPlane.METER_START, text(start), DataPlane.METER_VISIBLE, text(visible));
  }

  private void end(Said said, int status, ResponseFlags flags, Map<String, Value> readings) {
    int before = gateway.usage.size();
    gateway.end(said, status, flags, readings);
    // The record is written after the hold has ended.
    Awaitility.await().until(() -> gateway.usage.size() > before);
  }

  private Balance balance(String key) {
    var budgets =
        Policies.snapshot().keysByName().stream()
            .filter(k -> k.name().name().equals(key))
            .findFirst()
            .orElseThrow()
            .budgets();
    return ledger.store.balances(budgets).getFirst();
  }

  private void spend(String key, long output) {
    end(gateway.send(Request.post(key, body(output))), 200, FINE, answered(1_000, output));
  }

  @Test
  void holds_the_bound_and_settles_the_cost() {
    var said = gateway.send(Request.post("alice", body(8_000)));
    assertThat(said.forwarded()).isTrue();
    assertThat(balance("alice").held().nanos()).isGreaterThan(NanoUsd.parse("0.2").nanos());
    end(said, 200, FINE, answered(1_000, 500));
    assertThat(balance("alice").held()).isEqualTo(NanoUsd.ZERO);
    assertThat(balance("alice").posted()).isEqualTo(NanoUsd.parse("0.0175"));
    var usage = gateway.usage.getFirst();
    assertThat(usage.requestId()).isEqualTo(said.request().id());
    assertThat(usage.upstreamRequestId()).isEqualTo("req_1");
    assertThat(usage.key()).isEqualTo("alice");
    assertThat(usage.team()).isEqualTo("payments");
    assertThat(usage.provider()).isEqualTo("anthropic");
    assertThat(usage.tokens()).isEqualTo(new Tokens(1_000, 500, 0, 0, 0, 0));
    assertThat(usage.outcome()).isEqualTo(Outcome.COMPLETED);
    assertThat(usage.estimated()).isFalse();
    assertThat(usage.firstByteMs()).isEqualTo(40);
  }

  @Test
  void shows_the_callers_budget_on_good_answers() {
    var headers = gateway.send(Request.post("alice", body(8_000))).replyHeaders();
    assertThat(headers)
        .containsEntry("anthropic-ratelimit-unified-status", "allowed")
        .containsEntry("anthropic-ratelimit-unified-overage-status", "allowed")
        .containsEntry("anthropic-ratelimit-unified-representative-claim", "overage")
        .containsEntry("anthropic-ratelimit-unified-overage-utilization", "0.00")
        .containsEntry("anthropic-ratelimit-unified-overage-period", "daily")
        .containsEntry("anthropic-ratelimit-unified-reset", "1795302000")
        .doesNotContainKey("anthropic-ratelimit-unified-overage-surpassed-threshold")
        .doesNotContainKey("anthropic-ratelimit-unified-overage-scope");
    spend("shared", 64_000);
    var shared = gateway.send(Request.post("shared", body(4_096))).replyHeaders();
    assertThat(shared)
        .containsEntry("anthropic-ratelimit-unified-status", "allowed_warning")
        .containsEntry("anthropic-ratelimit-unified-overage-utilization", "0.80")
        .containsEntry("anthropic-ratelimit-unified-overage-surpassed-threshold", "0.75")
        .containsEntry("anthropic-ratelimit-unified-overage-scope", "group_pool");
  }

  @Test
  void lowers_max_tokens_to_what_fits() {
    var said = gateway.send(Request.post("poor", inOnePiece(64_000)));
    var lowered = Long.parseLong(said.replyHeaders().get(DataPlane.MAX_TOKENS_FIELD));
    assertThat(lowered).isBetween(4_096L, 40_000L);
    assertThat(said.newBody().toStringUtf8()).isEqualTo(inOnePiece(lowered));
    assertThat(balance("poor").held()).isEqualTo(NanoUsd.parse("1"));
  }

  @Test
  void requests_in_flight_make_the_answer_retryable() {
    assertThat(gateway.send(Request.post("poor", inOnePiece(64_000))).forwarded()).isTrue();
    var said = gateway.send(Request.post("poor", body(64_000)));
    assertThat(said.status()).isEqualTo(429);
    assertThat(said.text()).contains("rate_limit_error").contains("requests in flight");
    assertThat(said.headers())
        .containsEntry("retry-after", "2")
        .doesNotContainKey("x-should-retry");
    assertThat(said.headers().keySet()).noneMatch(name -> name.startsWith("anthropic-ratelimit"));
  }

  @Test
  void refuses_finally_what_money_that_is_posted_leaves_no_room_for() {
    spend("poor", 36_000);
    var said = gateway.send(Request.post("poor", body(64_000)));
    assertThat(said.status()).isEqualTo(429);
    assertThat(JsonMapper.shared().readTree(said.text()).path("error").path("message").asString())
        .isEqualTo(
            "Budget of key poor has too little left for this request: $0.90 of $1 a day used"
                + " · resets Nov 22, 00:00 (Europe/Berlin)");
    assertThat(said.text()).contains("billing_error");
    assertThat(said.headers())
        .containsEntry("x-should-retry", "false")
        .containsEntry("retry-after", "46800")
        .containsEntry("anthropic-ratelimit-unified-status", "rejected")
        .containsEntry("anthropic-ratelimit-unified-overage-utilization", "1")
        .containsEntry("anthropic-ratelimit-unified-overage-surpassed-threshold", "1")
        .containsEntry("anthropic-ratelimit-unified-overage-period", "daily")
        .containsEntry("anthropic-ratelimit-unified-reset", "1795302000")
        .containsEntry("anthropic-ratelimit-unified-overage-reset", "1795302000")
        .containsEntry(
            "anthropic-ratelimit-unified-overage-disabled-reason", "org_spend_cap_reached")
        .doesNotContainKey("anthropic-ratelimit-unified-representative-claim");
  }

  @Test
  void a_budget_that_is_spent_refuses_before_the_body_is_read() {
    end(gateway.send(Request.post("poor", body(64_000))), 200, FINE, answered(1_000, 39_800));
    assertThat(balance("poor").posted()).isEqualTo(NanoUsd.parse("1"));
    var first = gateway.send(Request.post("poor", body(64_000)));
    assertThat(first.text()).contains("Budget of key poor used up: $1 of $1 a day · resets Nov 22");
    assertThat(first.bodyRead()).isTrue(); // money is tight
    var second = gateway.send(Request.post("poor", body(64_000)));
    assertThat(second.status()).isEqualTo(429);
    assertThat(second.bodyRead()).isFalse();
    clock.advance(Duration.ofDays(1));
    assertThat(gateway.send(Request.post("poor", body(8_000))).forwarded()).isTrue();
  }

  @Test
  void counting_tokens_is_free_and_never_refused_for_budget() {
    end(gateway.send(Request.post("poor", body(64_000))), 200, FINE, answered(1_000, 39_800));
    var count = Request.post("poor", "{\"model\":\"claude-opus-5-5\",\"messages\":[]}");
    var said = gateway.send(count.at("/v1/messages/count_tokens?beta=true"));
    assertThat(said.forwarded()).isTrue();
    gateway.end(said, 200, FINE, Map.of());
    Awaitility.await().until(() -> gateway.gateway.inFlight() == 0);
    assertThat(gateway.usage).hasSize(1);
  }

  @Test
  void tells_the_budget_to_whoever_asks() {
    end(gateway.send(Request.post("alice", body(64_000))), 200, FINE, answered(0, 64_000));
    var usage =
        JsonMapper.shared().readTree(gateway.send(Request.get("alice", "/api/oauth/usage")).text());
    var extra = usage.path("extra_usage");
    assertThat(extra.path("monthly_limit").asLong()).isEqualTo(5_000);
    assertThat(extra.path("currency").asString()).isEqualTo("USD");
    var limit = usage.path("limits").path(0);
    assertThat(limit.path("kind").asString()).isEqualTo("spend");
    assertThat(limit.path("group").asString()).isEqualTo("daily");
    assertThat(limit.path("resets_at").asString()).isEqualTo("2026-11-21T23:00:00Z");
    assertThat(limit.path("is_active").asBoolean()).isTrue();
  }

  @Test
  void a_provider_that_fails_costs_nothing() {
    end(gateway.send(Request.post("alice", body(8_000))), 529, FINE, Map.of());
    end(gateway.send(Request.post("alice", body(8_000))), 503, CONNECT_FAILED, Map.of());
    assertThat(balance("alice").posted()).isEqualTo(NanoUsd.ZERO);
    assertThat(balance("alice").held()).isEqualTo(NanoUsd.ZERO);
    assertThat(gateway.usage)
        .extracting(usage -> usage.outcome())
        .containsExactly(Outcome.UPSTREAM_ERROR, Outcome.UPSTREAM_UNAVAILABLE);
  }

  /// The provider has read it, and bills what it does with it; or may have.
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void a_provider_that_takes_too_long_or_hangs_up_costs_an_upper_estimate(boolean tooLong) {
    var said = gateway.send(Request.post("alice", body(8_000)));
    end(said, tooLong ? 504 : 503, tooLong ? TIMED_OUT : BROKE, Map.of());
    assertThat(balance("alice").held()).isEqualTo(NanoUsd.ZERO);
    assertThat(balance("alice").posted().nanos()).isPositive();
    var usage = gateway.usage.getFirst();
    assertThat(usage.estimated()).isTrue();
    assertThat(usage.outcome()).isEqualTo(Outcome.UPSTREAM_UNAVAILABLE);
  }

  @Test
  void a_request_waits_a_moment_for_the_end_of_the_one_before() {
    var first = gateway.send(Request.post("poor", body(64_000)));
    int asked = ledger.asked.get();
    Thread.ofVirtual()
        .start(
            () -> {
              // Once the next one was told to wait, and soon enough for it.
              Awaitility.await()
                  .pollInterval(Duration.ofMillis(2))
                  .until(() -> ledger.asked.get() > asked);
              gateway.end(first, 200, FINE, answered(1_000, 500));
            });
    assertThat(gateway.send(Request.post("poor", body(64_000))).forwarded()).isTrue();
  }

  @Test
  void a_cut_stream_costs_its_input_and_an_estimate_of_its_output() {
    spend("alice", 4_000);
    var posted = balance("alice").posted();
    end(
        gateway.send(Request.post("alice", body(8_000))),
        200,
        CLIENT_GONE,
        cut(10_000, "1000,0,0,5,-1,9000"));
    var cost = balance("alice").posted().minus(posted);
    var bill = Policies.PRICE.cost(new Tokens(10_000, 1_000, 0, 0, 0, 0));
    assertThat(cost).isBetween(bill, new NanoUsd(bill.nanos() * 105 / 100));
    assertThat(gateway.usage.getLast().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(gateway.usage.getLast().estimated()).isTrue();
    assertThat(balance("alice").held()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void a_client_that_left_before_the_answer_costs_at_most_what_was_held() {
    var said = gateway.send(Request.post("alice", body(8_000)));
    var held = balance("alice").held();
    end(said, 0, CLIENT_GONE, Map.of());
    assertThat(balance("alice").posted()).isBetween(new NanoUsd(1), held);
    assertThat(gateway.usage.getLast().outcome()).isEqualTo(Outcome.CANCELLED);
    assertThat(gateway.usage.getLast().estimated()).isTrue();
  }

  @Test
  void waits_for_the_ledger_and_then_asks_to_retry() {
    ledger.away = true;
    var said = gateway.send(Request.post("alice", body(8_000)));
    assertThat(said.status()).isEqualTo(503);
    assertThat(said.text()).contains("api_error");
    assertThat(said.headers())
        .containsEntry("retry-after", "10")
        .doesNotContainKey("x-should-retry");
    clock.advance(Duration.ofSeconds(61));
    assertThat(gateway.send(Request.post("alice", body(8_000))).headers())
        .containsEntry("retry-after", "10")
        .containsEntry("x-should-retry", "false");
    ledger.away = false;
    assertThat(gateway.send(Request.post("alice", body(8_000))).forwarded()).isTrue();
    ledger.away = true;
    assertThat(gateway.send(Request.post("alice", body(8_000))).headers())
        .doesNotContainKey("x-should-retry");
  }

  @Test
  void many_at_once_leave_no_hold_and_lose_no_money() throws Exception {
    int count = 500;
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < count; i++) {
        clients.execute(
            () -> {
              var said = gateway.send(Request.post("alice", body(4_096)));
              gateway.endOne(said, 200, FINE, answered(1_000, 100));
            });
      }
    }
    Awaitility.await().until(() -> gateway.gateway.inFlight() == 0);
    long served = gateway.usage.size();
    assertThat(served).isPositive();
    assertThat(balance("alice").held()).isEqualTo(NanoUsd.ZERO);
    var each = Policies.PRICE.cost(new Tokens(1_000, 100, 0, 0, 0, 0));
    assertThat(balance("alice").posted()).isEqualTo(each.times(served));
  }
}
