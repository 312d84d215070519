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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// What a client of the Messages API gets from providers of other languages: their answers and
/// their errors in its own words.
final class AnswersAbroadE2E {

  private static Abroad abroad;

  @BeforeAll
  static void start() {
    abroad = Abroad.start();
  }

  @AfterAll
  static void stop() {
    abroad.close();
  }

  @AfterEach
  void no_call_is_left() {
    for (var simulator : abroad.simulators()) {
      simulator.clearScripts();
      assertThat(simulator.violations()).isEmpty();
    }
  }

  private static HttpResponse<byte[]> ask(String key, String target, String more) {
    var body =
        """
        {"model":"claude-opus-5-5","max_tokens":100,"messages":[{"role":"user","content":"Why?"}]%s}"""
            .formatted(more);
    var headers =
        List.of(
            new Header("content-type", "application/json"),
            new Header("anthropic-version", "2023-06-01"));
    var http = new HttpRequest("POST", target, headers, body.getBytes(StandardCharsets.UTF_8));
    var gateway = abroad.world().gateway();
    return new RecordedClient(gateway.address(), gateway.key(key))
        .whole(new RecordedTraffic.Request("small", http));
  }

  private static HttpResponse<byte[]> stream(String key) {
    return ask(key, "/v1/messages", ",\"stream\":true");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void streams_an_answer(String key) {
    abroad.simulator(key).next(Script.answer().text("Because of this, and of that."));
    var answer = stream(key);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(text(answer))
        .startsWith("event: message_start\n")
        .contains("\"model\":\"claude-opus-5-5\"", "\"stop_reason\":\"end_turn\"")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void answers_in_one_piece(String key) {
    abroad.simulator(key).next(Script.answer().text("Because."));
    var answer = ask(key, "/v1/messages", "");
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    var message = JsonMapper.shared().readTree(answer.body());
    assertThat(message.path("content").path(0).path("text").asString()).isEqualTo("Because.");
    assertThat(message.path("usage").path("output_tokens").asLong()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void tells_errors_in_the_clients_words(String key) {
    var simulator = abroad.simulator(key);
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
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void says_where_an_answer_was_cut(String key) {
    abroad.simulator(key).next(Script.answer().textOfTokens(200).cutAt(1_500, Ending.CLEAN));
    var answer = stream(key);
    assertThat(text(answer)).contains("event: error\n").doesNotContain("message_stop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "gemini"})
  void a_silent_stream_is_kept_alive(String key) {
    abroad
        .simulator(key)
        .next(Script.answer().text("A long thought.").stallAfter(1, Duration.ofSeconds(22)));
    assertThat(text(stream(key))).contains("event: ping\n", "event: message_stop\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void what_cannot_be_said_is_refused_with_a_sentence_and_holds_nothing(String key) {
    var answer =
        ask(
            key,
            "/v1/messages",
            ",\"tools\":[{\"type\":\"computer_20250124\",\"name\":\"computer\"}]");
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(400);
    assertThat(text(answer)).contains("tools: computer of type computer_20250124 (expected: ");
    var held = abroad.world().gateway().budgets(key).get(0).path("held").asString();
    assertThat(held).isEqualTo("0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "gemini"})
  void estimates_a_count_and_says_so(String key) {
    var answer = ask(key, "/v1/messages/count_tokens", "");
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-sluice-estimated")).hasValue("true");
    var tokens = JsonMapper.shared().readTree(answer.body()).path("input_tokens").asLong();
    assertThat(tokens).isBetween(10L, 60L);
  }
}
