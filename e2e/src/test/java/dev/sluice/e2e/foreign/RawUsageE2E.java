package dev.sluice.e2e.foreign;

import static dev.sluice.e2e.foreign.Foreign.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.script.Script;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Usage records have what each provider told of the tokens, in its own words, beside what the
/// gateway made of it; the bills of the simulators are the judge.
final class RawUsageE2E {

  private static Everywhere everywhere;

  static List<String> keys() {
    return Everywhere.ALL;
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

  private static List<JsonNode> records(String key) {
    return everywhere.gateway(key).usage().stream()
        .filter(record -> record.path("key").asString("").equals(key))
        .toList();
  }

  /// The record that comes after so many.
  private static JsonNode record(String key, int before) {
    Awaitility.await().atMost(Foreign.SOON).until(() -> records(key).size() > before);
    return records(key).get(before);
  }

  /// What the provider calls what it bills.
  private static Map<String, Long> words(String key, Usage billed) {
    long read = billed.inputInAll();
    long written = billed.output();
    return switch (key) {
      case "anthropic", "claude-aws", "claude-gcp" ->
          Map.of(
              "/input_tokens", billed.input(),
              "/output_tokens", written,
              "/cache_read_input_tokens", billed.cacheRead(),
              "/cache_creation/ephemeral_1h_input_tokens", billed.cacheWrite1h());
      case "responses", "azure", "azure-entra" ->
          Map.of(
              "/input_tokens",
              read,
              "/output_tokens",
              written,
              "/total_tokens",
              read + written,
              "/input_tokens_details/cached_tokens",
              billed.cacheRead());
      case "preset", "plain", "azure-dated" ->
          Map.of(
              "/prompt_tokens",
              read,
              "/completion_tokens",
              written,
              "/total_tokens",
              read + written,
              "/prompt_tokens_details/cached_tokens",
              billed.cacheRead());
      case "gemini", "gemini-gcp" ->
          Map.of("/promptTokenCount", read, "/candidatesTokenCount", written);
      case "nova-aws" -> Map.of("/inputTokens", billed.input(), "/outputTokens", written);
      default -> throw new IllegalArgumentException(key);
    };
  }

  @ParameterizedTest
  @MethodSource("keys")
  void a_record_has_the_providers_own_words(String key) {
    for (var stream : List.of(",\"stream\":true", "")) {
      int before = records(key).size();
      everywhere.simulator(key).next(Script.answer().text("Because of this, and of that."));
      var answer = everywhere.ask(key, "/v1/messages", "Why?", stream);
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      var raw = record(key, before).path("rawUsage");
      var billed = everywhere.simulator(key).settledBill().entries().getLast().usage();
      assertThat(billed.output()).isPositive();
      words(key, billed)
          .forEach(
              (place, tokens) ->
                  assertThat(raw.at(place).asLong(-1)).as(place + " of " + raw).isEqualTo(tokens));
    }
  }

  /// In the words of the one, nothing of the other's.
  @ParameterizedTest
  @MethodSource("keys")
  void no_words_of_another_language_are_in_it(String key) {
    int before = records(key).size();
    everywhere.simulator(key).next(Script.answer().text("Because."));
    everywhere.stream(key);
    var raw = record(key, before).path("rawUsage");
    var own = words(key, Usage.NONE).keySet();
    assertThat(raw.toString().length()).isLessThan(600);
    Stream.of("/prompt_tokens", "/promptTokenCount", "/inputTokens", "/input_tokens")
        .filter(place -> !own.contains(place))
        .forEach(place -> assertThat(raw.at(place).isMissingNode()).as(place).isTrue());
  }

  @ParameterizedTest
  @ValueSource(strings = {"anthropic", "gemini", "claude-aws", "claude-gcp", "gemini-gcp"})
  void an_answer_that_was_cut_has_what_was_told_until_then(String key) {
    int before = records(key).size();
    everywhere.simulator(key).next(Script.answer().textOfTokens(200).cutAt(1_500, Ending.CLEAN));
    assertThat(text(everywhere.stream(key))).doesNotContain("message_stop");
    var record = record(key, before);
    var billed = everywhere.simulator(key).settledBill().entries().getLast().usage();
    var place = key.startsWith("gemini") ? "/promptTokenCount" : "/input_tokens";
    assertThat(record.path("estimated").asBoolean()).isTrue();
    assertThat(record.path("rawUsage").at(place).asLong()).isEqualTo(billed.input());
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "plain", "nova-aws"})
  void an_answer_that_was_cut_before_its_usage_has_none(String key) {
    int before = records(key).size();
    everywhere.simulator(key).next(Script.answer().textOfTokens(200).cutAt(1_500, Ending.CLEAN));
    assertThat(text(everywhere.stream(key))).doesNotContain("message_stop");
    assertThat(record(key, before).path("rawUsage").isNull()).isTrue();
  }
}
