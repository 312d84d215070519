package dev.sluice.e2e.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.Script;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// What a client of the Messages API gets from the clouds, and what they get of it.
final class AnswersOfCloudsE2E {

  private static Clouds clouds;

  static List<String> keys() {
    return Clouds.KEYS;
  }

  @BeforeAll
  static void start() {
    clouds = Clouds.start();
  }

  @AfterAll
  static void stop() {
    clouds.close();
  }

  @AfterEach
  void no_call_is_left() {
    for (var simulator : clouds.simulators()) {
      simulator.clearScripts();
      assertThat(simulator.violations()).isEmpty();
    }
  }

  private static HttpResponse<byte[]> ask(String key, String target, String said, String more) {
    var body =
        """
        {"model":"claude-opus-5-5","max_tokens":100,"messages":[{"role":"user","content":"%s"}]%s}"""
            .formatted(said, more);
    var headers =
        List.of(
            new Header("content-type", "application/json"),
            new Header("anthropic-version", "2023-06-01"),
            new Header("anthropic-beta", "interleaved-thinking-2025-05-14,never-heard-of-2026"));
    var http = new HttpRequest("POST", target, headers, body.getBytes(StandardCharsets.UTF_8));
    var gateway = clouds.world().gateway();
    return new RecordedClient(gateway.address(), gateway.key(key))
        .whole(new RecordedTraffic.Request("small", http));
  }

  private static HttpResponse<byte[]> stream(String key) {
    return ask(key, "/v1/messages", "Why?", ",\"stream\":true");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource("keys")
  void streams_an_answer(String key) {
    clouds.simulator(key).next(Script.answer().text("Because of this, and of that."));
    var answer = stream(key);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(text(answer))
        .startsWith("event: message_start\n")
        .contains("\"stop_reason\":\"end_turn\"")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  }

  @ParameterizedTest
  @MethodSource("keys")
  void answers_in_one_piece(String key) {
    clouds.simulator(key).next(Script.answer().text("Because."));
    var answer = ask(key, "/v1/messages", "Why?", ",\"stream\":false");
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    var message = JsonMapper.shared().readTree(answer.body());
    assertThat(message.path("content").path(0).path("text").asString()).isEqualTo("Because.");
    assertThat(message.path("usage").path("output_tokens").asLong()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void tells_errors_in_the_clients_words(String key) {
    var simulator = clouds.simulator(key);
    simulator.next(Script.rateLimited(), Script.fails(401, "invalid", "No such key."));
    var limited = stream(key);
    assertThat(limited.statusCode()).as(text(limited)).isEqualTo(429);
    assertThat(text(limited)).contains("\"type\":\"rate_limit_error\"");
    var refused = stream(key);
    assertThat(refused.statusCode()).as(text(refused)).isEqualTo(502);
    assertThat(text(refused)).contains("the gateway's credential for " + key + " was refused");
    assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"azure", "claude-aws", "nova-aws", "claude-gcp", "gemini-gcp"})
  void an_answer_that_was_cut_does_not_look_whole(String key) {
    clouds.simulator(key).next(Script.answer().textOfTokens(200).cutAt(1_500, Ending.CLEAN));
    var answer = stream(key);
    assertThat(text(answer)).doesNotContain("message_stop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude-aws", "claude-gcp"})
  void betas_pass_where_the_cloud_knows_them(String key) {
    clouds.simulator(key).next(Script.answer().text("Yes."));
    var answer = stream(key);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-sluice-untold").orElse(""))
        .contains("never-heard-of-2026");
    var received = clouds.simulator(key).requests().getLast();
    var body = new String(received.body().orElseThrow(), StandardCharsets.UTF_8);
    var told = received.header("anthropic-beta").orElse("") + body;
    assertThat(told).contains("interleaved-thinking-2025-05-14").doesNotContain("never-heard-of");
  }

  /// The signature is over all of it: Envoy must have buffered it whole.
  @ParameterizedTest
  @ValueSource(ints = {200_000, 1_000_000, 20_000_000})
  void signs_large_bodies(int bytes) {
    clouds.bedrock().next(Script.answer().text("Yes."));
    var answer = ask("claude-aws", "/v1/messages", "word ".repeat(bytes / 5), ",\"stream\":true");
    // Beyond its context the model refuses what was signed well.
    assertThat(text(answer)).containsAnyOf("message_stop", "prompt is too long", "Input is too");
  }

  @Test
  void tokens_are_renewed_ahead_of_their_end() {
    long google = clouds.vertex().tokens().issued();
    long entra = clouds.entra().issued();
    for (var key : List.of("claude-gcp", "azure-entra")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(40))
          .until(
              () ->
                  clouds.vertex().tokens().issued() >= google + 3
                      && clouds.entra().issued() >= entra + 3);
      clouds.simulator(key).next(Script.answer().text("Still here."));
      assertThat(text(stream(key))).contains("Still here.");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"azure", "claude-aws", "nova-aws", "claude-gcp", "gemini-gcp"})
  void estimates_a_count_and_says_so(String key) {
    var answer = ask(key, "/v1/messages/count_tokens", "Why?", "");
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    var tokens = JsonMapper.shared().readTree(answer.body()).path("input_tokens").asLong();
    assertThat(tokens).isBetween(5L, 60L);
  }
}
