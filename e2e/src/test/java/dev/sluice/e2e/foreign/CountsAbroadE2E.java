package dev.sluice.e2e.foreign;

import static dev.sluice.e2e.foreign.Foreign.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.World;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Counts of tokens at providers of other languages: the provider's own number where it has one,
/// and an estimate that says so everywhere else, whatever fails.
final class CountsAbroadE2E {

  private static final String COUNT = "/v1/messages/count_tokens?beta=true";

  /// Providers that count.
  private static final List<String> COUNTING =
      List.of("responses", "gemini", "claude-aws", "claude-gcp", "gemini-gcp");

  private static final Set<String> CLAUDE = Set.of("claude-aws", "claude-gcp");

  private static final Header BETAS =
      new Header(
          "anthropic-beta",
          "claude-code-20250219,interleaved-thinking-2025-05-14,context-management-2025-06-27,"
              + "effort-2025-11-24,token-counting-2024-11-01");

  private static final String PLAIN =
      """
      "messages":[{"role":"user","content":"Why is the sky blue, and not green?"}]""";

  private static final String RICH =
      """
      "system":[{"type":"text","text":"You help, and you are brief.",
        "cache_control":{"type":"ephemeral"}}],
      "tools":[{"name":"Read","description":"Reads a file.","input_schema":{"type":"object",
        "properties":{"path":{"type":"string"}},"required":["path"]}}],
      "messages":[
        {"role":"user","content":[{"type":"text","text":"What does notes.txt say?"}]},
        {"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"Read",
          "input":{"path":"notes.txt"}}]},
        {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1",
          "content":"Milk, eggs and bread for Saturday."}]}]""";

  /// At addresses where nobody is, with a key for each.
  private static final String GONE =
      gone("Gemini", "gemini-2.5-pro") + gone("Anthropic", "claude-opus-5-5");

  private static Everywhere everywhere;

  private static String gone(String type, String model) {
    var name = "gone-" + type.toLowerCase(Locale.ROOT);
    var nobody = "type: %s\n  endpoint: http://127.0.0.1:9".formatted(type);
    return World.provider(name, nobody, "k", World.priced(model))
        + """
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: VirtualKey
        metadata: { name: %1$s }
        spec: { providers: [ { name: %1$s } ] }
        """
            .formatted(name);
  }

  @BeforeAll
  static void start() {
    everywhere = Everywhere.start(GONE);
  }

  @AfterAll
  static void stop() {
    everywhere.close();
  }

  @AfterEach
  void no_call_is_left() {
    everywhere.assertNoCallIsLeft();
  }

  private static Stream<Arguments> prompts() {
    return COUNTING.stream()
        .flatMap(
            key ->
                Stream.concat(
                    Stream.of(PLAIN, RICH).map(prompt -> Arguments.of(key, prompt)),
                    CLAUDE.contains(key)
                        ? Stream.of(
                            Arguments.of(key, thinking(RICH)), Arguments.of(key, managed(PLAIN)))
                        : Stream.of()));
  }

  private static String thinking(String prompt) {
    return "\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}," + prompt;
  }

  private static String managed(String prompt) {
    return "\"context_management\":{\"edits\":[{\"type\":\"clear_tool_uses_20250919\"}]}," + prompt;
  }

  private static HttpResponse<byte[]> count(String key, String prompt) {
    return everywhere.send(key, COUNT, "{\"model\":\"claude-opus-5-5\"," + prompt + "}", BETAS);
  }

  private static long tokens(HttpResponse<byte[]> answer) {
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
    assertThat(answer.headers().firstValue("request-id")).isPresent();
    var json = JsonMapper.shared().readTree(answer.body());
    assertThat(json.propertyNames()).containsExactly("input_tokens");
    return json.path("input_tokens").asLong();
  }

  private static boolean isEstimated(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("x-sluice-estimated").orElse("").equals("true");
  }

  private static boolean counts(ApiCall call) {
    return Stream.of("/input_tokens", ":countTokens", "/count-tokens", "/count-tokens:rawPredict")
        .anyMatch(call.request().path()::endsWith);
  }

  private static HttpResponse<byte[]> answer(String key, String prompt) {
    var body = "{\"model\":\"claude-opus-5-5\",\"max_tokens\":4000," + prompt + "}";
    return everywhere.send(key, "/v1/messages", body, BETAS);
  }

  private static long billedInput(String key) {
    var last = everywhere.simulator(key).settledBill().entries().getLast();
    return last.usage().inputInAll();
  }

  private static int exchanges(String key) {
    return everywhere.simulator(key).settledBill().entries().size();
  }

  /// What was asked for before is settled a moment after its answer.
  private static void assertNothingIsHeld(String key) {
    Awaitility.await()
        .atMost(Foreign.SOON)
        .until(
            () -> everywhere.gateway(key).budgets(key).get(0).path("held").asString().equals("0"));
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void a_count_is_what_the_provider_bills_then(String key, String prompt) {
    int billed = exchanges(key);
    var counted = count(key, prompt);
    long tokens = tokens(counted);
    assertThat(isEstimated(counted)).isFalse();
    assertThat(exchanges(key)).isEqualTo(billed);
    everywhere.assertBooksAgree();
    assertNothingIsHeld(key);
    everywhere.simulator(key).next(Script.answer().text("Because."));
    assertThat(answer(key, prompt).statusCode()).isEqualTo(200);
    assertThat(billedInput(key)).isEqualTo(tokens);
  }

  private static Stream<Arguments> failures() {
    var all =
        List.of(
            Script.fails(500, "api_error", "Broken."),
            Script.fails(401, "authentication_error", "No such key."),
            Script.fails(400, "ValidationException", "No."),
            Script.rateLimited(),
            Script.page(200, "text/html", "<html>Welcome</html>"),
            Script.page(200, "application/json", "{\"input_tokens\":"),
            Script.page(200, "application/json", "{\"inputTokens\":-3,\"totalTokens\":\"x\"}"),
            Script.page(200, "application/json", ""),
            Script.page(204, "application/json", ""),
            Script.hangUp(Ending.RST));
    return COUNTING.stream().flatMap(key -> all.stream().map(script -> Arguments.of(key, script)));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void what_fails_is_estimated_and_nothing_comes_of_it(String key, Script failure) {
    everywhere.simulator(key).when(CountsAbroadE2E::counts, failure);
    for (int i = 0; i < 4; i++) {
      var counted = count(key, RICH);
      assertThat(tokens(counted)).isBetween(50L, 400L);
      assertThat(isEstimated(counted)).isTrue();
    }
    everywhere.assertBooksAgree();
    assertNothingIsHeld(key);
    everywhere.simulator(key).next(Script.answer().text("I am not ejected."));
    assertThat(text(answer(key, PLAIN))).contains("I am not ejected.");
  }

  @Test
  void nobody_waits_long_for_a_number() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Duration>> waits =
          List.of(() -> timeOfALateCount("gemini"), () -> timeOfALateCount("claude-aws"));
      for (var wait : threads.invokeAll(waits)) {
        assertThat(wait.get()).isLessThan(Duration.ofSeconds(20));
      }
    }
  }

  private static Duration timeOfALateCount(String key) {
    var late = Script.fails(500, "api_error", "Late.").stall(Duration.ofSeconds(30));
    everywhere.simulator(key).when(CountsAbroadE2E::counts, late);
    var before = System.nanoTime();
    var counted = count(key, PLAIN);
    assertThat(tokens(counted)).isBetween(10L, 100L);
    assertThat(isEstimated(counted)).isTrue();
    return Duration.ofNanos(System.nanoTime() - before);
  }

  private static Stream<Script> failuresForNow() {
    return Stream.of(
        Script.fails(500, "api_error", "Broken."),
        Script.fails(529, "overloaded_error", "Overloaded."),
        Script.rateLimited(),
        Script.hangUp(Ending.RST));
  }

  /// Anthropic is asked as the client asks, and what it says of the request is told.
  @ParameterizedTest
  @MethodSource("failuresForNow")
  void what_fails_for_now_at_anthropic_is_estimated_too(Script failure) {
    var simulator = everywhere.simulator("anthropic");
    long received = simulator.received();
    simulator.when(call -> call.request().path().endsWith("/count_tokens"), failure);
    var counted = countOf("anthropic", "claude-opus-5-5");
    assertThat(tokens(counted)).isBetween(10L, 100L);
    assertThat(isEstimated(counted)).isTrue();
    assertThat(simulator.received()).isGreaterThan(received);
  }

  @ParameterizedTest
  @CsvSource({"gone-gemini, gemini-2.5-pro", "gone-anthropic, claude-opus-5-5"})
  void who_is_not_there_is_estimated(String key, String model) {
    var counted = countOf(key, model);
    assertThat(tokens(counted)).isBetween(10L, 100L);
    assertThat(isEstimated(counted)).isTrue();
  }

  private static HttpResponse<byte[]> countOf(String key, String model) {
    return everywhere.send(key, COUNT, "{\"model\":\"%s\",%s}".formatted(model, PLAIN));
  }

  @ParameterizedTest
  @ValueSource(strings = {"preset", "plain", "azure", "azure-dated", "azure-entra", "nova-aws"})
  void who_does_not_count_is_estimated(String key) {
    var counted = count(key, RICH);
    assertThat(tokens(counted)).isBetween(50L, 400L);
    assertThat(isEstimated(counted)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"preset", "plain", "azure", "azure-dated", "azure-entra"})
  void who_has_no_count_is_not_asked(String key) {
    long received = everywhere.simulator(key).received();
    assertThat(isEstimated(count(key, PLAIN))).isTrue();
    assertThat(everywhere.simulator(key).received()).isEqualTo(received);
  }

  @ParameterizedTest
  @ValueSource(strings = {"responses", "gemini", "gemini-gcp"})
  void what_the_language_cannot_say_is_estimated(String key) {
    var prompt = "\"tools\":[{\"type\":\"computer_20250124\",\"name\":\"computer\"}]," + PLAIN;
    var counted = count(key, prompt);
    assertThat(tokens(counted)).isBetween(10L, 100L);
    assertThat(isEstimated(counted)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"preset", "nova-aws"})
  void an_estimate_learns_from_what_was_billed(String key) {
    var prompt =
        "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]"
            .formatted("a b c d e f g h ".repeat(4_000));
    everywhere.simulator(key).next(Script.answer().text("Letters."));
    assertThat(answer(key, prompt).statusCode()).isEqualTo(200);
    long billed = billedInput(key);
    assertNothingIsHeld(key); // What is learned of an answer is so by then.
    var counted = count(key, prompt);
    assertThat(isEstimated(counted)).isTrue();
    assertThat(tokens(counted)).isBetween(billed * 98 / 100, billed * 102 / 100);
  }
}
