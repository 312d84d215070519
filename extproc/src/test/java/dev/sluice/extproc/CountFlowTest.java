package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.extproc.count.TokenCounter;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A key of one dollar and a request whose bytes alone would cost more: the provider's count says
/// what it really can cost.
class CountFlowTest {

  private static final String PATH = "/v1/messages/count_tokens?beta=true";
  private static final ResponseFlags FINE = ResponseFlags.getDefaultInstance();

  /// As bytes $1.24, cached for five minutes.
  private static final String LARGE = "many words ".repeat(18_000);

  private final ManualClock clock = new ManualClock();
  private final Ledger ledger = new MemoryLedger(clock);
  private final List<TokenCounter.Question> asked = new CopyOnWriteArrayList<>();
  private volatile Function<TokenCounter.Question, CompletableFuture<TokenCounter.Answered>>
      provider = _ -> answered(200, "{\"input_tokens\":40000}");
  private final TestGateway gateway =
      new TestGateway(
          ledger,
          clock,
          question -> {
            asked.add(question);
            return provider.apply(question);
          });

  @AfterEach
  void close() {
    gateway.close();
  }

  private static CompletableFuture<TokenCounter.Answered> answered(int status, String body) {
    return CompletableFuture.completedFuture(
        new TokenCounter.Answered(status, false, body.getBytes(StandardCharsets.UTF_8)));
  }

  private static Request request(String more) {
    return request("poor", more);
  }

  private static Request request(String key, String more) {
    return Request.post(
            key,
            "{\"model\":\"claude-opus-5-5\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + LARGE
                + "\"}],"
                + more
                + "\"max_tokens\":64000}")
        .with("anthropic-version", "2023-06-01")
        .with("anthropic-beta", "one-2026-01-01,two-2026-01-01");
  }

  private static void assertRetryable(Said said) {
    assertThat(said.status()).isEqualTo(429);
    assertThat(said.text())
        .contains("rate_limit_error", "Budget of key poor is nearly used up, and the provider");
    assertThat(said.headers())
        .containsEntry("retry-after", "2")
        .doesNotContainKey("x-should-retry");
  }

  private static void assertFinal(Said said) {
    assertThat(said.text()).contains("billing_error", "has too little left");
    assertThat(said.headers()).containsEntry("x-should-retry", "false");
  }

  private double counter(String name, String... label) {
    return gateway.registry.scrape(name::equals).stream()
        .flatMap(found -> ((CounterSnapshot) found).getDataPoints().stream())
        .filter(point -> label.length == 0 || point.getLabels().get("outcome").equals(label[0]))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void a_stranger_is_served_by_the_count_and_its_margin() {
    var said = gateway.send(request(""));
    assertThat(said.forwarded()).isTrue();
    // 40,000 and 2 % and 256 tokens cost $0.2566; the rest of the dollar, but for what rounding up
    // takes, is for the answer.
    assertThat(said.replyHeaders()).containsEntry(DataPlane.MAX_TOKENS_FIELD, "29735");
    assertThat(counter("sluice_input_counts", "counted")).isOne();
  }

  @Test
  void a_limit_of_tokens_that_the_bytes_exceed_is_held_to_the_count() {
    var said = gateway.send(request("wordy", ""));
    // 50,000 less 40,000, 2 % of them and 256.
    assertThat(said.replyHeaders()).containsEntry(DataPlane.MAX_TOKENS_FIELD, "8944");
    assertThat(counter("sluice_input_counts", "counted")).isOne();
  }

  @Test
  void a_count_that_is_lost_does_not_refuse_for_good_where_tokens_are_limited() {
    provider = _ -> answered(503, "");
    var said = gateway.send(request("wordy", ""));
    assertThat(said.status()).isEqualTo(429);
    assertThat(said.text()).contains("Rate limit of key wordy is nearly used up, and the provider");
    assertThat(said.headers())
        .containsEntry("retry-after", "2")
        .doesNotContainKey("x-should-retry");
  }

  @Test
  void the_question_is_the_prompt_in_the_dialect_of_the_client() {
    gateway.send(request("\"system\":\"Be brief.\","));
    assertThat(asked).hasSize(1);
    assertThat(new String(asked.getFirst().body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"model\":\"claude-opus-5-5\",\"messages\":[{\"role\":\"user\",\"content\":\""
                + LARGE
                + "\"}],\"system\":\"Be brief.\"}");
    assertThat(asked.getFirst().dialect().version()).isEqualTo("2023-06-01");
    assertThat(asked.getFirst().dialect().betas())
        .isEqualTo("one-2026-01-01,two-2026-01-01,token-counting-2024-11-01");
  }

  @Test
  void money_that_does_not_cover_the_count_refuses_for_good() {
    provider = _ -> answered(200, "{\"input_tokens\":150000}");
    assertFinal(gateway.send(request("")));
  }

  @Test
  void a_lost_count_is_no_reason_to_refuse_for_good() {
    provider = _ -> CompletableFuture.failedFuture(new ConnectException("nobody"));
    assertRetryable(gateway.send(request("")));
    provider = _ -> answered(529, "{}");
    assertRetryable(gateway.send(request("")));
    provider = _ -> new CompletableFuture<>();
    assertRetryable(gateway.send(request("")));
    provider =
        _ -> {
          throw new IllegalArgumentException("a header that cannot be sent");
        };
    assertRetryable(gateway.send(request("")));
    assertThat(counter("sluice_input_counts", "lost")).isEqualTo(4);
  }

  @Test
  void a_provider_that_cannot_count_leaves_the_bound_as_it_is() {
    provider = _ -> answered(404, "{}");
    assertFinal(gateway.send(request("")));
    provider = _ -> answered(200, "<html>");
    assertFinal(gateway.send(request("")));
  }

  @Test
  void what_tools_of_the_provider_read_later_is_not_in_a_count() {
    var search = "\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"w\",\"max_uses\":1}],";
    assertFinal(gateway.send(request(search)));
    assertThat(asked).isEmpty();
  }

  @Test
  void nobody_is_asked_while_there_is_money() {
    var rich = request("");
    assertThat(gateway.send(Request.of("POST", rich.path(), "alice", rich.body())).forwarded())
        .isTrue();
    assertThat(asked).isEmpty();
  }

  @Test
  void nobody_is_asked_where_not_even_the_shortest_answer_fits() {
    provider = _ -> answered(200, "{\"input_tokens\":1000}");
    end(gateway.send(request("")), 182_000);
    assertThat(asked).hasSize(1);
    assertFinal(gateway.send(request("\"system\":\"Be brief.\",")));
    assertThat(asked).hasSize(1);
  }

  @Test
  void a_ticket_counts_tokens_and_nothing_else_and_ends_with_the_call() {
    var during = new CopyOnWriteArrayList<Said>();
    provider =
        question ->
            CompletableFuture.supplyAsync(
                () -> {
                  during.add(gateway.send(own(question, PATH)));
                  during.add(gateway.send(own(question, "/v1/messages?beta=true")));
                  return answered(200, "{\"input_tokens\":40000}").join();
                });
    assertThat(gateway.send(request("")).forwarded()).isTrue();
    assertThat(during.get(0).forwarded()).isTrue();
    assertThat(during.get(1).status()).isEqualTo(401);
    assertThat(gateway.send(own(asked.getFirst(), PATH)).status()).isEqualTo(401);
  }

  @Test
  void the_place_that_the_hold_is_for_counts_whatever_is_planned_meanwhile() {
    var during = new CopyOnWriteArrayList<Said>();
    provider =
        question ->
            CompletableFuture.supplyAsync(
                () -> {
                  during.add(gateway.send(own(question, PATH)));
                  return answered(200, "{\"input_tokens\":40000}").join();
                });
    var request = request("twice-1", "");
    var first = gateway.send(request);
    gateway.failAttempt(first, 529);
    assertThat(gateway.attempt(request, 2).forwarded()).isTrue();
    assertThat(during).hasSize(2);
    assertThat(during.get(0).newBody().toStringUtf8()).doesNotContain("claude-elsewhere");
    assertThat(during.get(1).changes())
        .containsEntry(":path", "/prefix/v1/messages/count_tokens?beta=true");
    assertThat(during.get(1).newBody().toStringUtf8()).contains("\"model\":\"claude-elsewhere\"");
  }

  @Test
  void no_hold_rests_on_an_estimate() {
    var body = "{\"input_tokens\":40000}".getBytes(StandardCharsets.UTF_8);
    provider = _ -> CompletableFuture.completedFuture(new TokenCounter.Answered(200, true, body));
    assertFinal(gateway.send(request("")));
    assertThat(counter("sluice_input_counts", "never")).isOne();
  }

  private static Request own(TokenCounter.Question question, String path) {
    return Request.of("POST", path, "poor", question.body())
        .without("authorization")
        .with("x-sluice-key", question.ticket());
  }

  @Test
  void a_bill_above_the_count_is_told() {
    end(gateway.send(request("")), 41_056);
    assertThat(counter("sluice_input_counts_exceeded")).isZero();
    clock.advance(java.time.Duration.ofDays(1));
    var first = request("");
    // Another conversation: this one is known by now.
    var other = new String(first.body(), StandardCharsets.UTF_8).replace("many", "more");
    end(gateway.send(Request.post("poor", other)), 41_057);
    assertThat(counter("sluice_input_counts_exceeded")).isOne();
  }

  private void end(Said said, long input) {
    assertThat(said.forwarded()).isTrue();
    int before = gateway.usage.size();
    var start = "{\"message\":{\"usage\":{\"input_tokens\":" + input + "}}}";
    gateway.end(
        said,
        200,
        FINE,
        Map.of(
            DataPlane.METER_START, text(start),
            DataPlane.METER_DELTA, text("{\"usage\":{\"output_tokens\":10}}"),
            DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build(),
            DataPlane.METER_VISIBLE, text("10,0,0,5,-1,9000")));
    Awaitility.await().until(() -> gateway.usage.size() > before);
    assertThat(gateway.usage.getLast().cost()).isGreaterThan(NanoUsd.ZERO);
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }
}
