package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.core.usage.UsageRecord.Outcome;
import dev.sluice.extproc.TestGateway.Bodies;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import io.envoyproxy.envoy.extensions.filters.http.ext_proc.v3.ProcessingMode.HeaderSendMode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The second attempt at a request: what Envoy is told, what is held, and when.
class AttemptsTest {

  private static final ResponseFlags FINE = ResponseFlags.getDefaultInstance();

  private final ManualClock clock = new ManualClock();
  private final MemoryLedger ledger = new MemoryLedger(clock);
  private final TestGateway gateway =
      new TestGateway(ledger, clock, GatewayConfig.DEFAULT, Bodies.KNOWN);

  @AfterEach
  void close() {
    gateway.close();
  }

  private static Request request(String key, long maxTokens) {
    return Request.post(
        key, "{\"model\":\"claude-opus-5-5\",\"messages\":[],\"max_tokens\":" + maxTokens + "}");
  }

  private Said sent(Request request) {
    var said = gateway.send(request);
    assertThat(said.forwarded()).as(said.text()).isTrue();
    return said;
  }

  private Balance balance(String key) {
    return ledger.balances(Policies.budgets(key)).getFirst();
  }

  private NanoUsd held(String key) {
    return balance(key).held();
  }

  @Test
  void envoy_is_told_what_follows_and_shows_the_answer() {
    var said = sent(request("twice-50", 1_000));
    assertThat(said.changes())
        .containsEntry(DataPlane.MAX_RETRIES_HEADER, "1")
        .containsEntry(DataPlane.RETRY_ON_HEADER, DataPlane.RETRY_ON)
        .containsEntry(DataPlane.RETRIABLE_HEADER, "401,402,403");
    assertThat(said.response().getModeOverride().getResponseHeaderMode())
        .isEqualTo(HeaderSendMode.SEND);
    assertThat(sent(request("alice", 1_000)).changes())
        .doesNotContainKeys(DataPlane.MAX_RETRIES_HEADER, DataPlane.RETRY_ON_HEADER);
  }

  @Test
  void the_next_attempt_has_its_own_path_model_and_hold_and_the_failed_one_gives_its_hold_back() {
    var request = request("twice-50", 1_000);
    var first = sent(request);
    var one = held("twice-50");
    var second = gateway.attempt(request, 2);
    assertThat(second.bodyRead()).isTrue();
    assertThat(second.changes()).containsEntry(":path", "/prefix/v1/messages?beta=true");
    assertThat(second.newBody().toStringUtf8()).contains("\"model\":\"claude-elsewhere\"");
    assertThat(held("twice-50").moreThan(one)).isTrue();
    gateway.failAttempt(first, 529);
    await().until(() -> !held("twice-50").moreThan(one));
    gateway.end(second, 529, FINE, Map.of());
    await().until(() -> held("twice-50").equals(NanoUsd.ZERO));
    await().until(() -> gateway.usage.size() == 2);
    assertThat(gateway.usage)
        .extracting(UsageRecord::provider)
        .containsExactly("anthropic", "other");
    assertThat(gateway.usage).extracting(UsageRecord::requestId).containsOnly(request.id());
    assertThat(balance("twice-50").posted()).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void no_attempt_has_the_fallbacks_in_its_body() {
    var plain = request("twice-50", 1_000);
    var text = new String(plain.body(), StandardCharsets.UTF_8);
    var request =
        Request.post("twice-50", text.replace("}", ",\"fallbacks\":[\"claude-opus-5-5\"]}"));
    assertThat(sent(request).newBody().toStringUtf8()).isEqualTo(text);
    var second = gateway.attempt(request, 2);
    assertThat(second.newBody().toStringUtf8())
        .isEqualTo(text.replace("claude-opus-5-5", "claude-elsewhere"));
  }

  @Test
  void a_count_goes_where_requests_go_while_the_first_is_left_alone() {
    for (int failures = 1; failures <= 3; failures++) {
      var request = request("twice-50", 1_000);
      gateway.failAttempt(sent(request), 500);
      gateway.end(gateway.attempt(request, 2), 200, FINE, Map.of());
      int records = 2 * failures;
      await().until(() -> gateway.usage.size() == records);
    }
    var count = request("twice-50", 1_000).at("/v1/messages/count_tokens");
    assertThat(sent(count).changes()).containsEntry(":path", "/prefix/v1/messages/count_tokens");
  }

  @Test
  void where_the_failure_is_told_first_it_waits_for_the_next_attempt() {
    var request = request("twice-50", 1_000);
    var first = sent(request);
    gateway.failAttempt(first, 429);
    var second = gateway.attempt(request, 2);
    await().until(() -> gateway.usage.size() == 1);
    gateway.end(
        second, 503, ResponseFlags.newBuilder().setNoHealthyUpstream(true).build(), Map.of());
    await().until(() -> held("twice-50").equals(NanoUsd.ZERO));
  }

  @Test
  void a_hold_that_does_not_fit_beside_the_failed_one_waits_for_it() throws Exception {
    var request = request("twice-1", 38_000);
    var first = sent(request);
    var second = CompletableFuture.supplyAsync(() -> gateway.attempt(request, 2));
    gateway.failAttempt(first, 500);
    assertThat(second.get().text()).isEmpty();
    assertThat(second.get().newBody().isEmpty()).isFalse();
  }

  @Test
  void where_no_hold_can_be_had_the_client_hears_of_the_failure() {
    var request = request("twice-1", 38_000);
    sent(request);
    var second = gateway.attempt(request, 2);
    assertThat(second.status()).isEqualTo(503);
    assertThat(second.text()).contains("the provider failed, and no other could serve");
    assertThat(second.headers()).containsKey("retry-after").doesNotContainKey("x-should-retry");
  }

  @Test
  void an_attempt_that_had_no_connection_gives_its_hold_back() {
    var request = request("thrice", 1_000);
    var first = sent(request);
    gateway.failAttempt(first, 529);
    var second = gateway.attempt(request, 2);
    gateway.failUnconnected(second);
    var third = gateway.attempt(request, 3);
    gateway.failAttempt(third, 429);
    gateway.end(third, 429, FINE, Map.of());
    await().until(() -> gateway.usage.size() == 3 && gateway.gateway.inFlight() == 0);
    assertThat(held("thrice")).isEqualTo(NanoUsd.ZERO);
    assertThat(gateway.usage)
        .extracting(UsageRecord::provider)
        .containsExactlyInAnyOrder("anthropic", "other", "slow");
  }

  /// The provider may have read the request, and bill it.
  @Test
  void an_attempt_whose_connection_broke_costs_an_upper_estimate() {
    var request = request("twice-50", 1_000);
    var first = sent(request);
    var one = held("twice-50");
    gateway.failAttempt(first, 0);
    gateway.end(gateway.attempt(request, 2), 529, FINE, Map.of());
    await().until(() -> gateway.usage.size() == 2);
    var records = gateway.usage.stream().filter(record -> record.provider().equals("anthropic"));
    var usage = records.findFirst().orElseThrow();
    assertThat(usage.outcome()).isEqualTo(Outcome.UPSTREAM_UNAVAILABLE);
    assertThat(usage.estimated()).isTrue();
    assertThat(usage.cost()).isBetween(new NanoUsd(1), one);
    assertThat(held("twice-50")).isEqualTo(NanoUsd.ZERO);
    assertThat(balance("twice-50").posted()).isEqualTo(usage.cost());
  }

  @Test
  void one_that_java_was_not_asked_about_shifts_nothing() {
    var request = request("thrice", 1_000);
    var first = sent(request);
    gateway.failAttempt(first, 529);
    gateway.failUnconnected(first); // the second: Envoy went on by itself
    var third = gateway.attempt(request, 3);
    gateway.end(third, 503, FINE, Map.of());
    await().until(() -> gateway.usage.size() == 2 && gateway.gateway.inFlight() == 0);
    assertThat(held("thrice")).isEqualTo(NanoUsd.ZERO);
    assertThat(gateway.usage)
        .extracting(UsageRecord::provider)
        .containsExactlyInAnyOrder("anthropic", "slow");
  }

  @Test
  void a_client_that_leaves_while_an_attempt_waits_for_its_hold_leaves_nothing_behind()
      throws Exception {
    var request = request("twice-1", 38_000);
    var first = sent(request);
    var second = CompletableFuture.supplyAsync(() -> gateway.attempt(request, 2));
    var left = ResponseFlags.newBuilder().setDownstreamConnectionTermination(true).build();
    gateway.failAttempt(first, 500);
    gateway.end(first, 0, left, Map.of());
    second.get();
    await().until(() -> held("twice-1").equals(NanoUsd.ZERO));
    await().until(() -> gateway.gateway.inFlight() == 0);
  }

  @Test
  void an_attempt_at_a_request_that_is_not_known_is_answered() {
    var answer = gateway.attempt(request("twice-50", 1_000), 2);
    assertThat(answer.status()).isEqualTo(503);
    assertThat(gateway.gateway.inFlight()).isZero();
  }

  @Test
  void a_request_of_one_attempt_that_fails_ends_as_before() {
    var said = sent(request("alice", 1_000));
    gateway.failAttempt(said, 500);
    gateway.end(said, 500, FINE, Map.of());
    await().until(() -> !gateway.usage.isEmpty() && gateway.gateway.inFlight() == 0);
    assertThat(held("alice")).isEqualTo(NanoUsd.ZERO);
    assertThat(gateway.usage).hasSize(1);
  }
}
