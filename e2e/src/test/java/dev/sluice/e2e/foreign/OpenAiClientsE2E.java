package dev.sluice.e2e.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.foreign.OpenAiClient.Language;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// Programs that speak OpenAI reach every provider, with the keys, the budgets and the books of
/// Claude Code.
final class OpenAiClientsE2E {

  private static Everywhere everywhere;

  @BeforeAll
  static void start() {
    everywhere = Everywhere.start();
  }

  @AfterAll
  static void stop() {
    everywhere.close();
  }

  @AfterEach
  void no_call_is_left_and_the_books_agree() {
    everywhere.assertNoCallIsLeft();
    everywhere.assertBooksAgree();
  }

  static Stream<Arguments> everywhere() {
    return languagesAt(Everywhere.ALL.stream());
  }

  private static Stream<Arguments> languagesAt(Stream<String> keys) {
    return keys.flatMap(
        key -> Arrays.stream(Language.values()).map(language -> Arguments.of(language, key)));
  }

  private static OpenAiClient client(Language language, String key) {
    return new OpenAiClient(language, everywhere, key);
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static JsonNode json(HttpResponse<byte[]> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void answers_in_one_piece(Language language, String key) {
    everywhere.simulator(key).next(Script.answer().text("Because."));
    var client = client(language, key);
    var heard = client.whole(client.request("Why?"));
    assertThat(heard.status()).isEqualTo(200);
    assertThat(heard.text()).isEqualTo("Because.");
    assertThat(heard.usage().path("total_tokens").asLong()).isPositive();
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void streams_an_answer(Language language, String key) {
    var words = "Because of this, and of that. ".repeat(50);
    everywhere.simulator(key).next(Script.answer().text(words));
    var client = client(language, key);
    var body = client.request("Why?").put("stream", true);
    if (language == Language.CHAT) {
      body.putObject("stream_options").put("include_usage", true);
    }
    var answer = client.post(body);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    var events = OpenAiClient.events(answer);
    assertThat(client.text(events)).isEqualTo(words);
    var last = events.getLast();
    switch (language) {
      case CHAT -> {
        assertThat(last.path("usage").path("total_tokens").asLong()).isPositive();
        assertThat(text(answer)).endsWith("data: [DONE]\n\n");
      }
      case RESPONSES -> {
        assertThat(last.path("type").stringValue()).isEqualTo("response.completed");
        assertThat(last.path("response").path("usage").path("total_tokens").asLong()).isPositive();
        for (int i = 0; i < events.size(); i++) {
          assertThat(events.get(i).path("sequence_number").asInt()).isEqualTo(i);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void uses_tools_over_two_turns(Language language, String key) {
    everywhere
        .simulator(key)
        .next(
            Script.answer().text("I will.").tool("read", Map.of("path", "a.txt")),
            Script.answer().text("Forty-two."));
    var client = client(language, key);
    var first = client.request("What is in a.txt?");
    var asked = client.whole(client.withTool(first));
    assertThat(asked.call().path("name").asString("")).isEqualTo("read");
    assertThat(asked.call().path("arguments").asString("")).isEqualTo("{\"path\":\"a.txt\"}");
    var said = (ArrayNode) first.path(language == Language.CHAT ? "messages" : "input");
    client.returned(said, asked, "42");
    var heard = client.whole(client.withTool(client.request(said)));
    assertThat(heard.text()).isEqualTo("Forty-two.");
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void shows_an_image(Language language, String key) {
    everywhere.simulator(key).next(Script.answer().text("A cat."));
    var client = client(language, key);
    assertThat(client.whole(client.requestWithImage("What?")).text()).isEqualTo("A cat.");
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void tells_errors_in_the_clients_words(Language language, String key) {
    everywhere.simulator(key).next(Script.rateLimited());
    var client = client(language, key);
    var limited = client.post(client.request("Why?"));
    assertThat(limited.statusCode()).as(text(limited)).isEqualTo(429);
    assertThat(json(limited).path("error").path("code").asString(""))
        .isEqualTo("rate_limit_exceeded");
    assertThat(json(limited).has("type")).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void a_spent_budget_refuses_with_the_same_status_and_headers(Language language) {
    var client = client(language, "poor");
    var refused = client.post(client.request("Why?"));
    assertThat(refused.statusCode()).as(text(refused)).isEqualTo(429);
    assertThat(json(refused).path("error").path("code").asString(""))
        .isEqualTo("insufficient_quota");
    assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
    assertThat(refused.headers().firstValue("retry-after")).isPresent();
  }

  @ParameterizedTest
  @EnumSource
  void a_client_without_a_key_is_refused_before_its_body_is_read(Language language) {
    var client = client(language, "");
    var refused = client.post(client.request("Why?"));
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(json(refused).path("error").path("code").asString("")).isEqualTo("invalid_api_key");
  }

  @ParameterizedTest
  @EnumSource
  void what_cannot_be_said_is_refused_and_what_does_not_matter_is_named(Language language) {
    var client = client(language, "anthropic");
    var refused = client.post(client.request("Why?").put("n", 2).put("background", true));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(text(refused)).contains("(expected: ");
    assertThat(refused.headers().firstValue("x-should-retry")).hasValue("false");
    everywhere.simulator("anthropic").next(Script.answer().text("So."));
    var told = client.post(client.request("Why?").put("store", true).put("prompt_cache_key", "k"));
    assertThat(told.statusCode()).as(text(told)).isEqualTo(200);
    assertThat(told.headers().firstValue("x-sluice-untold")).hasValue("store,prompt_cache_key");
  }

  @Test
  void all_paths_are_served_under_a_prefix_too() {
    everywhere
        .simulator("anthropic")
        .next(Script.answer().text("So."), Script.answer().text("So."));
    for (var language : Language.values()) {
      var client = client(language, "anthropic");
      var path = language == Language.CHAT ? "/v1/chat/completions" : "/v1/responses";
      var answer = client.post("/openai" + path, client.request("Why?"));
      assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
      assertThat(answer.headers().firstValue("x-sluice-untold")).isEmpty();
    }
    var client = client(Language.CHAT, "anthropic");
    var unknown = client.get("/openai/v1/files");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(json(unknown).path("error").path("code").asString("")).isEqualTo("not_found");
    assertThat(client.get("/v1/responses/resp_1").statusCode()).isEqualTo(404);
  }

  @Test
  void one_list_of_models_is_both_anthropics_and_openais() {
    var client = client(Language.CHAT, "gemini");
    for (var path : new String[] {"/v1/models", "/openai/v1/models"}) {
      var list = json(client.get(path));
      assertThat(list.path("object").asString("")).isEqualTo("list");
      assertThat(list.path("has_more").asBoolean()).isFalse();
      var model = list.path("data").path(0);
      assertThat(model.path("object").asString("")).isEqualTo("model");
      assertThat(model.path("type").asString("")).isEqualTo("model");
      assertThat(model.path("owned_by").asString("")).endsWith("gemini");
      assertThat(model.path("created").isIntegralNumber()).isTrue();
    }
  }

  static Stream<Arguments> eachWayOfAnswers() {
    return languagesAt(
        Stream.of("anthropic", "responses", "preset", "gemini", "claude-aws", "claude-gcp"));
  }

  /// Two filters send such an answer on, one behind the other: none of it may get lost.
  @ParameterizedTest
  @MethodSource("eachWayOfAnswers")
  void a_long_answer_arrives_whole_each_time(Language language, String key) {
    var words = "0123456789abcdef ".repeat(5_000);
    var client = client(language, key);
    for (int round = 0; round < 5; round++) {
      everywhere
          .simulator(key)
          .next(Script.answer().text(words).tokensPerEvent(50), Script.answer().text(words));
      var body = client.request("Go on.").put("stream", true);
      var limit = language == Language.CHAT ? "max_completion_tokens" : "max_output_tokens";
      var answer = client.post(body.put(limit, 32_000));
      assertThat(client.text(OpenAiClient.events(answer))).isEqualTo(words);
      var whole = client.whole(client.request("Go on.").put(limit, 32_000));
      assertThat(whole.text()).isEqualTo(words);
    }
  }

  /// A body of this size is admitted before it is read.
  @ParameterizedTest
  @MethodSource("everywhere")
  void a_long_question_arrives_whole(Language language, String key) {
    everywhere.simulator(key).next(Script.answer().text("Long."));
    var client = client(language, key);
    var heard = client.whole(client.request("Grüße, 日本 ".repeat(20_000)));
    assertThat(heard.text()).isEqualTo("Long.");
  }

  @Test
  void a_body_beyond_the_limit_is_refused_by_its_head_in_the_clients_words() throws IOException {
    var gateway = everywhere.gateway("anthropic");
    var address = gateway.address();
    try (var socket = new Socket(address.getHost(), address.getPort())) {
      var head =
          "POST /v1/chat/completions HTTP/1.1\r\nhost: gateway\r\nconnection: close\r\n"
              + "authorization: Bearer %s\r\ncontent-length: %d\r\n\r\n";
      var bytes = head.formatted(gateway.key("anthropic"), 34 << 20);
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.US_ASCII));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 413 ").contains("\"code\":\"request_too_large\"");
    }
  }
}
