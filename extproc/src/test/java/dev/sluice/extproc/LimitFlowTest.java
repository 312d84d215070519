package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.TestGateway.Bodies;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;

/// Rate limits, grants and caps.
@ParameterizedClass
@EnumSource
class LimitFlowTest {

  private static final ResponseFlags FINE = ResponseFlags.getDefaultInstance();
  private static final String OPUS = "claude-opus-5-5";
  private static final String SESSION = "x-claude-code-session-id";
  private static final String AGENT = "x-claude-code-agent-id";

  private final ManualClock clock = new ManualClock();
  private final MemoryLedger ledger = new MemoryLedger(clock);
  private final TestGateway gateway;

  LimitFlowTest(Bodies bodies) {
    gateway = new TestGateway(ledger, clock, GatewayConfig.DEFAULT, bodies);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  private static Request request(String key, String model, long maxTokens, String content) {
    var messages = "[{\"role\":\"user\",\"content\":\"" + content + "\"}]";
    var start = "{\"model\":\"" + model + "\",\"messages\":" + messages;
    return Request.post(key, start + ",\"max_tokens\":" + maxTokens + ",\"stream\":true}");
  }

  private Said send(String key, long maxTokens) {
    return gateway.send(request(key, OPUS, maxTokens, "Hello."));
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private void end(Said said, int status, Map<String, Value> readings) {
    assertThat(said.forwarded()).isTrue();
    int before = gateway.usage.size();
    gateway.end(said, status, FINE, readings);
    Awaitility.await().until(() -> gateway.usage.size() > before);
  }

  private void answer(Said said, long input, long output) {
    var start = "{\"message\":{\"usage\":{\"input_tokens\":" + input + ",\"output_tokens\":1}}}";
    end(
        said,
        200,
        Map.of(
            DataPlane.METER_START, text(start),
            DataPlane.METER_DELTA, text("{\"usage\":{\"output_tokens\":" + output + "}}"),
            DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build(),
            DataPlane.METER_VISIBLE, text(output + ",0,0,5,-1,9000")));
  }

  private static String message(Said said) {
    return JsonMapper.shared().readTree(said.text()).path("error").path("message").asString();
  }

  /// One that the client waits for, or is told when to come again.
  private static void assertLimited(Said said, String retryAfter, String message) {
    assertThat(said.status()).isEqualTo(429);
    assertThat(message(said)).isEqualTo(message);
    assertThat(said.text()).contains("rate_limit_error");
    assertThat(said.headers())
        .containsEntry("retry-after", retryAfter)
        .doesNotContainKey("x-should-retry");
    assertThat(said.headers().keySet()).noneMatch(name -> name.startsWith("anthropic-ratelimit"));
  }

  @Test
  void requests_are_limited_until_the_window_resets() {
    answer(send("hasty", 100), 10, 10);
    clock.advance(Duration.ofSeconds(20));
    answer(send("hasty", 100), 10, 10);
    assertLimited(
        send("hasty", 100),
        "40",
        "Rate limit of key hasty is reached: 2 requests a minute"
            + " · resets Nov 21, 10:01:00 (UTC)");
    clock.advance(Duration.ofSeconds(40));
    assertThat(send("hasty", 100).forwarded()).isTrue();
  }

  /// They count until the window resets, so waiting for their end is of no use.
  @Test
  void requests_in_flight_count_as_used() {
    assertThat(send("hasty", 100).forwarded()).isTrue();
    assertThat(send("hasty", 100).forwarded()).isTrue();
    assertLimited(
        send("hasty", 100),
        "60",
        "Rate limit of key hasty is reached: 2 requests a minute"
            + " · resets Nov 21, 10:01:00 (UTC)");
  }

  @Test
  void a_request_that_the_provider_did_not_take_does_not_count() {
    end(send("hasty", 100), 529, Map.of());
    answer(send("hasty", 100), 10, 10);
    assertThat(send("hasty", 100).forwarded()).isTrue();
  }

  @Test
  void counting_tokens_is_not_limited() {
    for (int i = 0; i < 4; i++) {
      var count = Request.post("hasty", "{\"model\":\"claude-opus-5-5\",\"messages\":[]}");
      var said = gateway.send(count.at("/v1/messages/count_tokens"));
      assertThat(said.forwarded()).isTrue();
      gateway.end(said, 200, FINE, Map.of());
    }
  }

  @Test
  void keys_share_the_limit_of_their_team() {
    answer(send("left", 100), 10, 10);
    answer(send("right", 100), 10, 10);
    assertThat(message(send("left", 100))).startsWith("Rate limit of team payments is reached");
    assertThat(message(send("right", 100))).startsWith("Rate limit of team payments is reached");
  }

  @Test
  void keys_share_the_limit_of_a_provider() {
    for (var key : new String[] {"east", "west"}) {
      answer(gateway.send(request(key, "claude-slow", 100, "Hello.")), 10, 10);
    }
    assertThat(message(gateway.send(request("west", "claude-slow", 100, "Hello."))))
        .startsWith("Rate limit of provider slow is reached: 2 requests a minute");
    assertThat(send("west", 100).forwarded()).isTrue();
  }

  @Test
  void tokens_of_all_classes_count_and_lower_max_tokens() {
    answer(send("wordy", 30_000), 1_000, 29_000);
    var said = send("wordy", 64_000);
    var lowered = Long.parseLong(said.replyHeaders().get(DataPlane.MAX_TOKENS_FIELD));
    assertThat(lowered).isBetween(18_000L, 19_500L);
    assertThat(said.newBody().toStringUtf8()).contains("\"max_tokens\":" + lowered + ",");
    answer(said, 1_000, 18_000);
    assertLimited(
        send("wordy", 64_000),
        "46800",
        "Rate limit of key wordy has too little left for this request: 49000 of 50000 tokens a day"
            + " used · resets Nov 22, 00:00 (Europe/Berlin)");
  }

  @Test
  void tokens_that_requests_in_flight_hold_are_waited_for() {
    var first = send("wordy", 48_000);
    CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS)
        .execute(() -> answer(first, 100, 100));
    assertThat(send("wordy", 48_000).forwarded()).isTrue();
    assertLimited(
        send("wordy", 48_000),
        "2",
        "Rate limit of key wordy (50000 tokens a day) is held by requests in flight:"
            + " try again in a moment");
  }

  @Test
  void a_request_that_no_window_has_room_for_is_refused_for_good() {
    var said = send("terse", 8_000);
    assertThat(said.status()).isEqualTo(400);
    assertThat(said.text()).contains("policy_blocked");
    assertThat(message(said))
        .matches(
            "Rate limit of key terse is too small for this request: 3000 tokens a minute,"
                + " and it may take 5\\d{3}");
    assertThat(said.headers())
        .containsEntry("x-should-retry", "false")
        .doesNotContainKey("retry-after");
    assertThat(send("terse", 1_000).forwarded()).isTrue();
  }

  @Test
  void a_concurrent_request_waits_for_the_end_of_the_one_before() {
    var first = send("single", 100);
    CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS)
        .execute(() -> answer(first, 10, 10));
    assertThat(send("single", 100).forwarded()).isTrue();
    assertLimited(
        send("single", 100),
        "2",
        "Rate limit of key single (1 request at once) is held by requests in flight:"
            + " try again in a moment");
  }

  @Test
  void a_grant_ends_by_itself_in_mid_window() {
    answer(send("raised", 64_000), 1_000, 60_000);
    var usage = send("raised", 8_000).replyHeaders();
    assertThat(usage).containsEntry("anthropic-ratelimit-unified-overage-utilization", "0.75");
    clock.advance(Duration.ofHours(6).minusSeconds(1));
    assertThat(send("raised", 8_000).forwarded()).isTrue();
    clock.advance(Duration.ofSeconds(1));
    assertThat(message(send("raised", 8_000)))
        .isEqualTo(
            "Budget of key raised used up: $1.50 of $1 a day"
                + " · resets Nov 22, 00:00 (Europe/Berlin)");
  }

  private Said send(String session, String agent, long maxTokens) {
    var request = request("capped", OPUS, maxTokens, "Hello.").with(SESSION, session);
    return gateway.send(agent.isEmpty() ? request : request.with(AGENT, agent));
  }

  private static void assertCapped(Said said, String message) {
    assertThat(said.status()).isEqualTo(429);
    assertThat(message(said)).isEqualTo(message);
    assertThat(said.text()).contains("billing_error");
    assertThat(said.headers())
        .containsEntry("x-should-retry", "false")
        .containsEntry("anthropic-ratelimit-unified-status", "rejected")
        .containsEntry(
            "anthropic-ratelimit-unified-overage-disabled-reason", "org_spend_cap_reached")
        .doesNotContainKeys(
            "retry-after",
            "anthropic-ratelimit-unified-reset",
            "anthropic-ratelimit-unified-overage-reset",
            "anthropic-ratelimit-unified-overage-period");
  }

  @Test
  void a_session_that_has_used_up_its_cap_ends_and_others_go_on() {
    answer(send("one", "", 64_000), 1_000, 39_800);
    assertCapped(send("one", "", 8_000), "Cap of session one of key capped is used up: $1 of $1");
    assertThat(send("two", "", 8_000).forwarded()).isTrue();
    clock.advance(Duration.ofDays(1));
    assertThat(send("one", "", 8_000).status()).isEqualTo(429);
    clock.advance(Duration.ofDays(6));
    assertThat(send("one", "", 8_000).forwarded()).isTrue();
  }

  @Test
  void a_session_with_too_little_left_is_told_so() {
    answer(send("one", "", 64_000), 1_000, 36_000);
    assertCapped(
        send("one", "", 8_000),
        "Cap of session one of key capped has too little left for this request: $0.90 of $1 used");
  }

  @Test
  void a_cap_lowers_max_tokens_and_is_not_the_callers_budget() {
    answer(send("one", "", 64_000), 1_000, 20_000);
    var headers = send("one", "", 64_000).replyHeaders();
    assertThat(Long.parseLong(headers.get(DataPlane.MAX_TOKENS_FIELD))).isBetween(17_000L, 20_000L);
    assertThat(headers)
        .containsEntry("anthropic-ratelimit-unified-overage-utilization", "0.01")
        .containsEntry("anthropic-ratelimit-unified-status", "allowed");
  }

  @Test
  void agents_have_caps_of_their_own_within_the_one_of_their_session() {
    answer(send("one", "a1", 64_000), 1_000, 19_800);
    assertCapped(
        send("one", "a1", 8_000), "Cap of agent a1 of key capped is used up: $0.50 of $0.50");
    answer(send("one", "a2", 64_000), 1_000, 19_800);
    assertCapped(send("one", "a3", 8_000), "Cap of session one of key capped is used up: $1 of $1");
    assertThat(send("two", "a3", 8_000).forwarded()).isTrue();
  }

  @Test
  void requests_without_a_session_are_one_session() {
    answer(gateway.send(request("capped", OPUS, 64_000, "Hello.")), 1_000, 39_800);
    assertCapped(
        gateway.send(request("capped", OPUS, 8_000, "Hello.")),
        "Cap of session - of key capped is used up: $1 of $1");
    assertThat(send("-", "", 8_000).forwarded()).isTrue();
  }

  @Test
  void what_clients_call_their_sessions_is_hashed_where_it_is_long_or_strange() {
    var strange = "../key/alice:Week.rolling {1}";
    answer(send(strange, "", 64_000), 1_000, 39_800);
    assertThat(message(send(strange, "", 8_000)))
        .matches("Cap of session #[0-9a-f]{32} of key capped is used up: \\$1 of \\$1");
    answer(send("x".repeat(100), "", 64_000), 1_000, 39_800);
    assertThat(message(send("x".repeat(100), "", 8_000)))
        .matches("Cap of session #[0-9a-f]{32} of key capped is used up: \\$1 of \\$1");
    assertThat(send("x".repeat(64), "", 8_000).forwarded()).isTrue();
  }

  @Test
  void caps_do_not_appear_among_the_budgets_of_a_key() {
    answer(send("one", "", 64_000), 1_000, 39_800);
    var usage = gateway.send(Request.get("capped", "/api/oauth/usage"));
    var limits = JsonMapper.shared().readTree(usage.text()).path("limits");
    assertThat(limits).hasSize(1);
    assertThat(limits.path(0).path("percent").asInt()).isEqualTo(2);
    assertThat(gateway.usage.getLast().cost()).isEqualTo(NanoUsd.parse("1"));
  }
}
