package dev.sluice.e2e.foreign;

import static dev.sluice.e2e.foreign.Foreign.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Searches of the web that Google runs, as clients of the Messages API and of OpenAI's see them,
/// and what they cost.
final class SearchesAtGoogleE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);
  private static final String SEARCH =
      ",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":5}]";
  private static final Script FOUND =
      Script.answer().webSearch("sun").webSearch("rain").webSearch("sun").text("Schön. Dry.");

  private static AtGoogle google;

  static List<String> keys() {
    return AtGoogle.KEYS;
  }

  @BeforeAll
  static void start() {
    google = AtGoogle.start();
  }

  @AfterAll
  static void stop() {
    google.close();
  }

  @AfterEach
  void no_call_is_left() {
    google.assertNoCallIsLeft();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void a_whole_answer_has_its_searches_and_each_citation_at_its_place(String key) {
    google.simulator(key).next(FOUND);
    var answer = google.ask(key, "/v1/messages", "Weather?", SEARCH);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    var message = JsonMapper.shared().readTree(answer.body());
    var content = message.path("content");
    assertThat(types(content))
        .containsExactly(
            "server_tool_use",
            "web_search_tool_result",
            "server_tool_use",
            "web_search_tool_result",
            "text",
            "text");
    assertThat(content.at("/0/input/query").asString()).isEqualTo("sun");
    assertThat(content.at("/1/tool_use_id")).isEqualTo(content.at("/0/id"));
    assertThat(content.at("/3/content/1/title").asString()).isEqualTo("example.org");
    assertThat(content.at("/4/text").asString()).isEqualTo("Schön. ");
    assertThat(content.at("/4/citations")).hasSize(1);
    assertThat(content.at("/5/citations/0/type").asString())
        .isEqualTo("web_search_result_location");
    assertThat(message.at("/usage/server_tool_use/web_search_requests").asLong())
        .isEqualTo(key.equals("older") ? 1 : 2);
    google.assertBooksAgree();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void a_stream_has_its_searches_behind_the_text(String key) {
    google.simulator(key).next(FOUND);
    var answer = google.ask(key, "/v1/messages", "Weather?", SEARCH + ",\"stream\":true");
    assertThat(text(answer))
        .containsSubsequence(
            "\"type\":\"text_delta\"",
            "\"type\":\"citations_delta\"",
            "content_block_stop",
            "\"type\":\"server_tool_use\"",
            "\"type\":\"web_search_tool_result\"",
            "\"type\":\"server_tool_use\"",
            "\"type\":\"web_search_tool_result\"",
            "https://vertexaisearch.cloud.google.com/",
            "\"web_search_requests\":" + (key.equals("older") ? 1 : 2));
    google.assertBooksAgree();
  }

  @Test
  void what_was_searched_goes_back_as_text_and_the_session_goes_on() {
    google.simulator("newer").next(FOUND, Script.answer().text("Yes."));
    var first = google.ask("newer", "/v1/messages", "Weather?", SEARCH);
    var content = JsonMapper.shared().readTree(first.body()).path("content");
    var body =
        """
        {"model":"claude-opus-5-5","max_tokens":100,"messages":[{"role":"user","content":"Weather?"},\
        {"role":"assistant","content":%s},{"role":"user","content":"Sure?"}]%s}"""
            .formatted(content, SEARCH);
    var second = google.send("newer", "/v1/messages", body);
    assertThat(second.statusCode()).as(text(second)).isEqualTo(200);
    google.assertBooksAgree();
  }

  /// The search of Claude Code is a request of its own beside the conversation.
  @ParameterizedTest
  @MethodSource("keys")
  void the_web_search_of_claude_code_finds_what_google_found(String key) {
    google.simulator(key).otherwise(SearchesAtGoogleE2E::turn);
    try (var claude = google.claude(key)) {
      var result = claude.print("does the sun shine? search", TIMEOUT);
      assertThat(result).isEqualTo(new ClaudeCode.Result(0, "It does, I read.\n", ""));
    }
    google.assertBooksAgree();
  }

  private static Script turn(ApiCall call) {
    if (call.offers("googleSearch")) {
      return Script.answer().webSearch("sun today").text("It shines.");
    }
    if (call.toolResults() == 0) {
      return Script.answer().tool("WebSearch", Map.of("query", "sun today"));
    }
    var said = call.userText();
    boolean told = said.contains("https://vertexaisearch.") && said.contains("It shines.");
    return Script.answer().text(told ? "It does, I read." : "Nothing was told: " + said);
  }

  @Test
  void a_program_that_speaks_openai_can_ask_for_a_search() {
    google.simulator("newer").next(FOUND);
    var client = new OpenAiClient(OpenAiClient.Language.RESPONSES, google, "newer");
    var body = client.request("Weather?");
    body.putArray("tools").addObject().put("type", "web_search");
    var answer = client.post("/v1/responses", body);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(text(answer))
        .containsSubsequence("\"type\":\"web_search_call\"", "\"type\":\"url_citation\"");
    google.assertBooksAgree();
  }

  @Test
  void a_search_that_a_budget_cannot_pay_for_is_refused_however_few_it_asks_for() {
    var refused = google.ask("poor", "/v1/messages", "Weather?", SEARCH);
    assertThat(refused.statusCode()).as(text(refused)).isEqualTo(429);
    google.simulator("poor").next(Script.answer().text("Fine."));
    var answered = google.ask("poor", "/v1/messages", "Weather?", "");
    assertThat(answered.statusCode()).as(text(answered)).isEqualTo(200);
    google.assertBooksAgree();
  }

  @Test
  void what_google_cannot_be_asked_is_refused_with_a_sentence() {
    var functions =
        SEARCH.replace("]", ",{\"name\":\"f\",\"input_schema\":{\"type\":\"object\"}}]");
    assertRefused("newer", functions, "and not for both");
    var allowed = SEARCH.replace("\"max_uses\":5", "\"allowed_domains\":[\"a.test\"]");
    assertRefused("newer", allowed, "tools.allowed_domains: a.test");
    var blocked = allowed.replace("allowed", "blocked");
    assertRefused("newer", blocked, "only Vertex AI can leave sites out");
    google.simulator("cloud").next(FOUND);
    var answer = google.ask("cloud", "/v1/messages", "Weather?", blocked);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
  }

  private static void assertRefused(String key, String more, String sentence) {
    var answer = google.ask(key, "/v1/messages", "Weather?", more);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(400);
    assertThat(text(answer)).contains(sentence);
  }

  private static List<String> types(JsonNode content) {
    return StreamSupport.stream(content.spliterator(), false)
        .map(block -> block.path("type").asString())
        .toList();
  }
}
