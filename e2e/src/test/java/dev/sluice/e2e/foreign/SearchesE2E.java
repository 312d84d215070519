package dev.sluice.e2e.foreign;

import static dev.sluice.e2e.foreign.Foreign.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.UsageLine;
import dev.sluice.e2e.foreign.OpenAiClient.Language;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Searches of the web at a provider of another language: asked in the client's words, told in
/// them, paid for, and taken home again.
final class SearchesE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String TOOL =
      ",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":3%s}]";
  private static final String FORCED =
      ",\"tool_choice\":{\"type\":\"tool\",\"name\":\"web_search\"}";

  private static Searching searching;

  @BeforeAll
  static void start() {
    searching = Searching.start();
  }

  @AfterAll
  static void stop() {
    searching.close();
  }

  @AfterEach
  void no_call_is_left_and_the_books_agree() {
    searching.assertNoCallIsLeft();
    searching.assertBooksAgree();
  }

  private static Script searches() {
    return Script.answer()
        .webSearch("envoy proxy")
        .openedPage("https://example.com/1")
        .failedSearch("envoy logo")
        .webSearch("redis")
        .text("Envoy is a 😀 proxy. It passes bytes.");
  }

  /// It is written a moment after what it costs is posted.
  private static UsageLine lastUsage(String key) {
    searching.assertBooksAgree();
    var budget = searching.gateway(key).budgets(key).get(0);
    var posted = new BigDecimal(budget.path("posted").asString());
    return Awaitility.await()
        .atMost(Foreign.SOON)
        .until(() -> usage(key), lines -> cost(lines).compareTo(posted) == 0)
        .getLast();
  }

  private static List<UsageLine> usage(String key) {
    return searching.gateway(key).usage().stream()
        .map(UsageLine::of)
        .filter(line -> line.key().endsWith(key))
        .toList();
  }

  private static BigDecimal cost(List<UsageLine> lines) {
    return lines.stream().map(UsageLine::costUsd).reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  @ParameterizedTest
  @CsvSource({"false, false", "false, true", "true, false", "true, true"})
  void a_search_is_told_in_anthropics_words_and_paid_for(boolean stream, boolean forced) {
    searching.simulator("responses").next(searches());
    var more = TOOL.formatted("") + (forced ? FORCED : "") + ",\"stream\":" + stream;
    var answer = searching.ask("responses", "/v1/messages", "What is Envoy?", more);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    // Three calls of the tool were allowed: the page is one, and the failed search another.
    assertThat(text(answer))
        .contains("\"id\":\"srvtoolu_sluice_openai__ws_", "envoy proxy", "envoy logo")
        .contains("\"url\":\"https://example.com/1?utm_source=openai\"")
        .contains("\"error_code\":\"unavailable\"")
        .contains("\"type\":\"web_search_result_location\"", "envoy proxy, part 1")
        .contains("\"server_tool_use\":{\"web_search_requests\":1}")
        .doesNotContain("redis");
    assertThat(lastUsage("responses").tokens().webSearches()).isEqualTo(1);
  }

  /// The search of Claude Code is a request of its own beside the conversation.
  @Test
  void claude_codes_own_search_works_abroad() {
    searching.simulator("responses").otherwise(SearchesE2E::turn);
    var result = searching.claude("responses").print("what is envoy? search", TIMEOUT);
    assertThat(result).isEqualTo(new ClaudeCode.Result(0, "It is a proxy, I read.\n", ""));
    Awaitility.await()
        .atMost(Foreign.SOON)
        .until(
            () -> usage("responses").stream().anyMatch(line -> line.tokens().webSearches() == 1));
  }

  private static Script turn(ApiCall call) {
    if (call.offers("web_search")) {
      return Script.answer().webSearch("envoy proxy").text("Envoy is a proxy. It passes bytes.");
    }
    if (call.toolResults() == 0) {
      return Script.answer().tool("WebSearch", Map.of("query", "envoy proxy"));
    }
    var body = call.body().toString();
    boolean told = body.contains("https://example.com/1") && body.contains("Envoy is a proxy");
    return Script.answer().text(told ? "It is a proxy, I read." : "Nothing was told: " + body);
  }

  /// What was searched abroad comes home as text, and Anthropic takes it.
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_conversation_with_a_search_goes_on_at_anthropic_and_back(boolean again) {
    searching.openAi().next(searches());
    var said = new ArrayList<JsonNode>();
    said.add(JSON.readTree("{\"role\":\"user\",\"content\":\"What is Envoy?\"}"));
    var first = JSON.readTree(move("responses/gpt-4.1", said, TOOL.formatted("")));
    said.add(assistant(first));
    said.add(JSON.readTree("{\"role\":\"user\",\"content\":\"Are you sure?\"}"));
    searching
        .world()
        .simulator()
        .otherwise(
            call -> {
              var body = call.body().toString();
              boolean plain = body.contains("envoy proxy") && !body.contains("sluice");
              return Script.answer().text(plain ? "Yes." : "I was told " + body);
            });
    var second = JSON.readTree(move("claude-opus-5-5", said, again ? TOOL.formatted("") : ""));
    assertThat(second.path("content").path(0).path("text").asString()).isEqualTo("Yes.");
    said.add(assistant(second));
    said.add(JSON.readTree("{\"role\":\"user\",\"content\":\"And now?\"}"));
    searching
        .openAi()
        .otherwise(
            call -> {
              var input = call.body().path("input").toString();
              boolean own = input.contains("\"type\":\"web_search_call\",\"id\":\"ws_");
              return Script.answer().text(own ? "Mine." : "I was told " + input);
            });
    var third = JSON.readTree(move("responses/gpt-4.1", said, ""));
    assertThat(third.path("content").path(0).path("text").asString()).isEqualTo("Mine.");
  }

  private static JsonNode assistant(JsonNode message) {
    var turn = JSON.createObjectNode().put("role", "assistant");
    return turn.set("content", message.path("content"));
  }

  private static byte[] move(String model, List<JsonNode> said, String more) {
    var body =
        "{\"model\":\"%s\",\"max_tokens\":100,\"messages\":%s%s}".formatted(model, said, more);
    var answer = searching.send("moves", "/v1/messages", body);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    return answer.body();
  }

  @ParameterizedTest
  @CsvSource({
    "chat, '', tools: web_search of type web_search_20250305 (expected: tools with an input",
    "responses, ',\"blocked_domains\":[\"a.example\"]', tools.blocked_domains: 1 (expected: none",
    "unpriced, '', web search",
  })
  void a_search_that_cannot_be_is_refused_with_a_sentence_and_holds_nothing(
      String key, String members, String sentence) {
    var answer = searching.ask(key, "/v1/messages", "Why?", TOOL.formatted(members));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(400);
    assertThat(text(answer)).contains(sentence);
    assertThat(searching.gateway(key).budgets(key).get(0).path("held").asString()).isEqualTo("0");
  }

  /// Ten searches cost more than the key has; without any it may ask.
  @Test
  void a_hold_covers_the_searches_that_are_allowed() {
    var tool = TOOL.formatted("").replace("\"max_uses\":3", "\"max_uses\":10");
    var body =
        """
        {"model":"gpt-4.1","max_tokens":20,"messages":[{"role":"user","content":"Why?"}]%s}""";
    var refused = searching.send("poor", "/v1/messages", body.formatted(tool));
    assertThat(refused.statusCode()).as(text(refused)).isEqualTo(429);
    searching.openAi().next(Script.answer().text("Because."));
    var served = searching.send("poor", "/v1/messages", body.formatted(""));
    assertThat(served.statusCode()).as(text(served)).isEqualTo(200);
  }

  /// Each call of the tool, the page and the failed search too, is followed by a pass over the
  /// prompt that is billed again.
  @Test
  void each_search_reads_the_prompt_again_within_the_hold() {
    searching.simulator("responses").next(Script.answer().text("Unsearched."), searches());
    var question = "What is Envoy? " + "It is asked at some length. ".repeat(3_000);
    var tool = TOOL.formatted("");
    var first = searching.ask("responses", "/v1/messages", question, tool);
    assertThat(first.statusCode()).as(text(first)).isEqualTo(200);
    long once = lastUsage("responses").tokens().input();
    var second = searching.ask("responses", "/v1/messages", question, tool);
    assertThat(second.statusCode()).as(text(second)).isEqualTo(200);
    assertThat(inputInAll(lastUsage("responses"))).isEqualTo(4 * once + 3 * 300);
  }

  private static long inputInAll(UsageLine line) {
    return line.tokens().input() + line.tokens().cacheRead();
  }

  /// One pass over what three searches find would fit, and four do not.
  @Test
  void a_hold_covers_each_pass_over_the_prompt() {
    // Three searches cost $0.03, 4 passes over 90,000 tokens of what they find $0.72 more.
    var body =
        """
        {"model":"gpt-4.1","max_tokens":20,"messages":[{"role":"user","content":"Why?"}]%s}""";
    var refused = searching.send("modest", "/v1/messages", body.formatted(TOOL.formatted("")));
    assertThat(refused.statusCode()).as(text(refused)).isEqualTo(429);
    var one = TOOL.formatted("").replace("\"max_uses\":3", "\"max_uses\":1");
    searching.openAi().next(Script.answer().webSearch("envoy").text("Because."));
    var served = searching.send("modest", "/v1/messages", body.formatted(one));
    assertThat(served.statusCode()).as(text(served)).isEqualTo(200);
  }

  static Stream<Arguments> clients() {
    return Stream.of(Language.values())
        .flatMap(
            language ->
                Stream.of("responses", "anthropic")
                    .flatMap(
                        key ->
                            Stream.of(false, true)
                                .map(stream -> Arguments.of(language, key, stream))));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void programs_that_speak_openai_search_too(Language language, String key, boolean stream) {
    searching.simulator(key).next(Script.answer().webSearch("envoy").text("A proxy. Fast."));
    var client = new OpenAiClient(language, searching, key);
    var body = client.request("What is Envoy?").put("stream", stream);
    switch (language) {
      case CHAT -> body.putObject("web_search_options");
      case RESPONSES -> {
        body.putArray("tools").addObject().put("type", "web_search");
        body.putObject("tool_choice").put("type", "web_search");
      }
    }
    var answer = client.post(body);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    if (language == Language.RESPONSES) {
      assertThat(text(answer))
          .contains("\"type\":\"web_search_call\"", "\"query\":\"envoy\"", "https://example.com/1")
          .contains("\"tool_usage\":{\"web_search\":{\"num_requests\":1}}");
    }
    boolean cites = text(answer).contains("\"type\":\"url_citation\"");
    assertThat(cites).isEqualTo(key.equals("responses"));
    assertThat(lastUsage(key).tokens().webSearches()).isEqualTo(1);
  }
}
