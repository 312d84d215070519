package dev.sluice.e2e.foreign;

import static dev.sluice.e2e.foreign.Foreign.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// What a client of the Messages API gets from providers of other languages: their answers and
/// their errors in its own words.
final class AnswersAbroadE2E {

  /// Longer than the twenty seconds after which a client is told that somebody is there, by more
  /// than a machine with too much to do stands still.
  private static final Duration SILENCE = Duration.ofSeconds(26);

  private static Everywhere everywhere;

  static List<String> keys() {
    return Everywhere.KEYS;
  }

  @BeforeAll
  static void start() {
    everywhere = Everywhere.start();
  }

  @AfterAll
  static void stop() {
    everywhere.close();
  }

  @AfterEach
  void no_call_is_left() {
    everywhere.assertNoCallIsLeft();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void streams_an_answer(String key) {
    everywhere.simulator(key).next(Script.answer().text("Because of this, and of that."));
    var answer = everywhere.stream(key);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(text(answer))
        .startsWith("event: message_start\n")
        .doesNotContain("vertex_event")
        .contains("\"stop_reason\":\"end_turn\"")
        .endsWith("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void names_the_model_that_was_asked_for(String key) {
    everywhere.simulator(key).next(Script.answer().text("Because."));
    assertThat(text(everywhere.stream(key))).contains("\"model\":\"claude-opus-5-5\"");
  }

  @ParameterizedTest
  @MethodSource("keys")
  void answers_in_one_piece(String key) {
    everywhere.simulator(key).next(Script.answer().text("Because."));
    var answer = everywhere.ask(key, "/v1/messages", "Why?", "");
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    var message = JsonMapper.shared().readTree(answer.body());
    assertThat(message.path("content").path(0).path("text").asString()).isEqualTo("Because.");
    assertThat(message.path("usage").path("output_tokens").asLong()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void tells_errors_in_the_clients_words(String key) {
    var simulator = everywhere.simulator(key);
    simulator.next(Script.rateLimited(), Script.fails(401, "invalid", "No such key."));
    var limited = everywhere.stream(key);
    assertThat(limited.statusCode()).as(text(limited)).isEqualTo(429);
    assertThat(text(limited)).contains("\"type\":\"rate_limit_error\"");
    var refused = everywhere.stream(key);
    assertThat(refused.statusCode()).as(text(refused)).isEqualTo(502);
    assertThat(text(refused)).contains("the gateway's credential for " + key + " was refused");
    assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void says_where_an_answer_was_cut(String key) {
    everywhere.simulator(key).next(Script.answer().textOfTokens(200).cutAt(1_500, Ending.CLEAN));
    var answer = everywhere.stream(key);
    assertThat(text(answer)).contains("event: error\n").doesNotContain("message_stop");
  }

  /// Nothing can be put behind what has passed: Envoy ends the client's stream as its own ended.
  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "gemini", "claude-aws"})
  void a_connection_that_breaks_in_a_stream_breaks_that_of_the_client(String key) {
    for (var ending : List.of(Ending.RST, Ending.FIN)) {
      var passed = new CountDownLatch(1);
      var script = Script.answer().textOfTokens(200).pace(Duration.ofMillis(50));
      everywhere.simulator(key).next(script.stallAfter(1, passed).cutAt(2_500, ending));
      var answer = everywhere.open(key);
      assertThat(answer.statusCode()).isEqualTo(200);
      passed.countDown();
      assertThatThrownBy(() -> answer.body().readAllBytes()).isInstanceOf(IOException.class);
    }
  }

  /// All at once: what is silent takes no time of the others.
  @Test
  void silent_streams_are_kept_alive() {
    var streams =
        Stream.of("responses", "gemini", "claude-aws", "nova-aws")
            .map(
                key -> CompletableFuture.supplyAsync(() -> silent(key), Thread::startVirtualThread))
            .toList();
    assertThat(streams)
        .extracting(CompletableFuture::join)
        .allSatisfy(text -> assertThat(text).contains("event: ping\n", "event: message_stop\n"));
  }

  private static String silent(String key) {
    everywhere.simulator(key).next(Script.answer().textOfTokens(20).stallAfter(2, SILENCE));
    return text(everywhere.stream(key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "preset", "plain", "gemini"})
  void what_cannot_be_said_is_refused_with_a_sentence_and_holds_nothing(String key) {
    var answer =
        everywhere.ask(
            key,
            "/v1/messages",
            "Why?",
            ",\"tools\":[{\"type\":\"computer_20250124\",\"name\":\"computer\"}]");
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(400);
    assertThat(text(answer))
        .contains(" in place of claude-opus-5-5: tools: computer of type computer_20250124")
        .contains(" (expected: ");
    // An answer of another test may be settled a moment later.
    Awaitility.await()
        .atMost(Foreign.SOON)
        .until(
            () -> everywhere.gateway(key).budgets(key).get(0).path("held").asString().equals("0"));
  }
}
