package dev.sluice.e2e.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.answer.Vectors;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A program that wants embeddings, at providers of every type, with simulators that bill; and what
/// it is refused.
final class EmbeddingsE2E {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int DIMENSIONS = 256;

  private static Embedders embedders;

  @BeforeAll
  static void start() {
    embedders = Embedders.start();
  }

  @AfterAll
  static void stop() {
    embedders.close();
  }

  @AfterEach
  void no_call_is_left_and_the_books_agree() {
    embedders.assertNoCallIsLeft();
    embedders.assertBooksAgree();
  }

  static Stream<String> telling() {
    return Embedders.TELLING.stream();
  }

  /// All that take more than one text a call.
  static Stream<String> batching() {
    return telling().filter(key -> !key.equals("titan"));
  }

  private static HttpResponse<byte[]> post(String key, String path, ObjectNode body) {
    var headers =
        List.of(
            new Header("content-type", "application/json"),
            new Header("openai-organization", "org-1"));
    var http = new HttpRequest("POST", path, headers, JSON.writeValueAsBytes(body));
    var gateway = embedders.gateway(key);
    var token = key.isEmpty() ? "unknown" : gateway.key(key);
    return new RecordedClient(gateway.address(), token)
        .whole(new RecordedTraffic.Request("embeddings", http));
  }

  private static HttpResponse<byte[]> post(String key, ObjectNode body) {
    return post(key, "/v1/embeddings", body);
  }

  private static ObjectNode asked(String... texts) {
    var body = JSON.createObjectNode().put("model", "vectors");
    if (texts.length == 1) {
      return body.put("input", texts[0]);
    }
    var input = body.putArray("input");
    Stream.of(texts).forEach(input::add);
    return body;
  }

  private static JsonNode good(HttpResponse<byte[]> answer) {
    var text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(text).isEqualTo(200);
    return JSON.readTree(text);
  }

  private static JsonNode refused(HttpResponse<byte[]> answer, int status) {
    var text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(text).isEqualTo(status);
    assertThat(JSON.readTree(text).has("type")).isFalse();
    return JSON.readTree(text).path("error");
  }

  private static void assertIs(JsonNode item, int index, String text) {
    assertThat(item.path("object").stringValue()).isEqualTo("embedding");
    assertThat(item.path("index").intValue()).isEqualTo(index);
    var expected = Vectors.of(text, DIMENSIONS);
    assertThat(item.path("embedding").size()).isEqualTo(DIMENSIONS);
    for (int i = 0; i < DIMENSIONS; i++) {
      assertThat(item.path("embedding").path(i).floatValue()).isEqualTo(expected[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("telling")
  void embeds_a_text_and_tells_what_was_read(String key) {
    var text = "The quick brown fox, \"über\" 日本.";
    var json = good(post(key, asked(text).put("dimensions", DIMENSIONS)));
    assertThat(json.path("object").stringValue()).isEqualTo("list");
    assertThat(json.path("data").size()).isEqualTo(1);
    assertIs(json.path("data").path(0), 0, text);
    var entries = embedders.simulator(key).settledBill().entries();
    var billed = entries.get(entries.size() - 1).usage().input();
    assertThat(json.path("usage").path("prompt_tokens").longValue()).isEqualTo(billed);
    assertThat(json.path("usage").has("estimated")).isFalse();
    var record = recorded(key, billed);
    assertThat(record.path("estimated").asBoolean(true)).isFalse();
    assertThat(record.path("outcome").stringValue()).isEqualTo("completed");
  }

  /// The last usage record of a key, once it tells so many tokens.
  private static JsonNode recorded(String key, long tokens) {
    Awaitility.await()
        .atMost(Embedders.SOON)
        .untilAsserted(
            () ->
                assertThat(embedders.world().usage(key))
                    .last()
                    .extracting(record -> record.path("tokens").path("input").asLong())
                    .isEqualTo(tokens));
    return embedders.world().usage(key).getLast();
  }

  @ParameterizedTest
  @MethodSource("batching")
  void embeds_several_texts_in_their_order(String key) {
    var json = good(post(key, asked("one", "two words", "three").put("dimensions", DIMENSIONS)));
    assertThat(json.path("data").size()).isEqualTo(3);
    assertIs(json.path("data").path(0), 0, "one");
    assertIs(json.path("data").path(1), 1, "two words");
    assertIs(json.path("data").path(2), 2, "three");
  }

  @ParameterizedTest
  @MethodSource("telling")
  void writes_vectors_in_base64(String key) {
    var body = asked("Why?").put("dimensions", DIMENSIONS).put("encoding_format", "base64");
    var json = good(post(key, body));
    var text = json.path("data").path(0).path("embedding").stringValue();
    var floats = ByteBuffer.wrap(Base64.getDecoder().decode(text)).order(ByteOrder.LITTLE_ENDIAN);
    for (var number : Vectors.of("Why?", DIMENSIONS)) {
      assertThat(floats.getFloat()).isEqualTo(number);
    }
    assertThat(floats.hasRemaining()).isFalse();
  }

  @ParameterizedTest
  @MethodSource("telling")
  void tells_errors_in_the_clients_words(String key) {
    embedders.simulator(key).when(_ -> true, Script.rateLimited());
    var error = refused(post(key, asked("Why?")), 429);
    assertThat(error.path("code").stringValue()).isEqualTo("rate_limit_exceeded");
  }

  @Test
  void is_served_under_a_prefix_too_and_only_with_post() {
    assertThat(good(post("openai", "/openai/v1/embeddings", asked("a"))).has("data")).isTrue();
    refused(post("openai", "/openai/v1/embeddings/1", asked("a")), 404);
    assertThat(post("openai", "/anthropic/v1/embeddings", asked("a")).statusCode()).isEqualTo(404);
  }

  @Test
  void takes_tokens_where_the_provider_has_the_same() {
    var one = asked();
    one.putArray("input").add(17).add(4).add(256);
    assertThat(good(post("openai", one)).path("usage").path("prompt_tokens").asLong()).isEqualTo(3);
    var two = asked();
    two.putArray("input").addArray().add(1).add(2);
    two.withArray("input").addArray().add(3);
    assertThat(good(post("azure", two)).path("data").size()).isEqualTo(2);
    assertThat(refused(post("gemini", one), 400).path("message").stringValue())
        .isEqualTo(
            "model gemini-embedding-2 in place of vectors: input: tokens"
                + " (expected: texts, since this provider has other tokens)");
  }

  @Test
  void what_a_provider_has_no_word_for_is_refused_or_named() {
    assertThat(refused(post("titan", asked("a", "b")), 400).path("message").stringValue())
        .endsWith(
            " in place of vectors: input: 2 texts"
                + " (expected: one, since a call of Titan takes one)");
    var dear = asked("a");
    dear.putArray("models").add("text-embedding-3-large");
    assertThat(refused(post("openai", dear), 400).path("message").stringValue())
        .isEqualTo(
            "models has no price at this gateway"
                + " (model text-embedding-3-small in place of vectors)");
    var told = post("vertex", asked("a").put("user", "u-1"));
    good(told);
    assertThat(told.headers().firstValue("x-sluice-untold")).hasValue("user");
    var query = post("cohere", asked("a").put("input_type", "search_query"));
    good(query);
    assertThat(query.headers().firstValue("x-sluice-untold")).isEmpty();
    assertThat(query.headers().firstValue("x-sluice-int-input-tokens")).isEmpty();
  }

  @Test
  void a_model_is_asked_for_what_it_makes() {
    assertThat(message("openai", "/v1/embeddings", asked("a").put("model", Embedders.CHAT)))
        .isEqualTo("model gpt-4.1 makes no embeddings (expected: a model of kind Embedding)");
    assertThat(message("claude", "/v1/embeddings", asked("a")))
        .isEqualTo(
            "model anthropic/claude-opus-5-5 in place of vectors makes no embeddings"
                + " (expected: a model of kind Embedding)");
    var chat = JSON.createObjectNode().put("model", Embedders.SMALL);
    chat.putArray("messages").addObject().put("role", "user").put("content", "a");
    assertThat(message("openai", "/v1/chat/completions", chat))
        .isEqualTo(
            "model text-embedding-3-small makes embeddings, no answers"
                + " (expected: POST /v1/embeddings)");
    assertThat(message("narrow", "/v1/embeddings", asked("a").put("model", Embedders.SMALL)))
        .isEqualTo("model text-embedding-3-small is not allowed for key narrow");
    assertThat(message("openai", "/v1/embeddings", asked("a").put("model", "none")))
        .isEqualTo("model none is not known to this gateway");
  }

  private static String message(String key, String path, ObjectNode body) {
    return refused(post(key, path, body), 400).path("message").stringValue();
  }

  @Test
  void policy_refuses_in_the_clients_words() {
    assertThat(refused(post("", asked("a")), 401).path("code").stringValue())
        .isEqualTo("invalid_api_key");
    var spent = refused(post("poor", asked("a ".repeat(200))), 429);
    assertThat(spent.path("code").stringValue()).isEqualTo("insufficient_quota");
    assertThat(spent.path("message").stringValue())
        .startsWith(
            "Budget of key poor has too little left for this request"
                + " (model text-embedding-3-small in place of vectors): ");
    good(post("slow", asked("a b ".repeat(20))));
    assertThat(refused(post("slow", asked("a ".repeat(40))), 429).path("code").stringValue())
        .isEqualTo("rate_limit_exceeded");
    var body = JSON.createObjectNode().put("model", "vectors");
    body.putObject("input").put("image", "data:");
    assertThat(refused(post("openai", body), 400).path("message").stringValue())
        .startsWith("input: no text (expected: a text,");
  }

  @Test
  void the_next_provider_serves_the_same_model_after_a_failure() {
    embedders.openAi().when(_ -> true, Script.rateLimited());
    var json = good(post("both", asked("Why?").put("dimensions", DIMENSIONS)));
    assertIs(json.path("data").path(0), 0, "Why?");
    var entries = embedders.spare().settledBill().entries();
    assertThat(entries).isNotEmpty();
    Awaitility.await()
        .atMost(Embedders.SOON)
        .untilAsserted(
            () ->
                assertThat(embedders.world().usage("both"))
                    .extracting(record -> record.path("provider").asString(""))
                    .containsExactly("openai", "spare"));
  }

  @Test
  void the_next_provider_may_speak_another_language() {
    embedders.openAi().when(_ -> true, Script.rateLimited());
    var body = asked("Why?", "Because.").put("dimensions", DIMENSIONS);
    var json = good(post("abroad", body.put("encoding_format", "float")));
    assertIs(json.path("data").path(1), 1, "Because.");
    assertThat(json.path("model").stringValue()).isEqualTo("vectors");
    assertThat(embedders.gemini().settledBill().entries()).isNotEmpty();
  }

  @Test
  void a_provider_that_cannot_say_the_request_is_not_in_its_plan() {
    embedders.openAi().when(_ -> true, Script.rateLimited());
    var received = embedders.gemini().received();
    var tokens = asked();
    tokens.putArray("input").add(17).add(4);
    assertThat(refused(post("abroad", tokens), 429).path("code").stringValue())
        .isEqualTo("rate_limit_exceeded");
    assertThat(embedders.gemini().received()).isEqualTo(received);
  }

  @ParameterizedTest
  @MethodSource("telling")
  void a_record_has_the_providers_own_words(String key) {
    int before = embedders.world().usage(key).size();
    good(post(key, asked("Why?")));
    // A refusal of before may be recorded late.
    var record =
        Awaitility.await()
            .until(
                () ->
                    embedders.world().usage(key).stream()
                        .skip(before)
                        .filter(each -> each.path("rawUsage").isObject())
                        .findFirst(),
                Optional::isPresent)
            .orElseThrow();
    var place =
        switch (key) {
          case "gemini" -> "/promptTokenCount";
          case "vertex" -> "/statistics/0/token_count";
          case "titan" -> "/inputTextTokenCount";
          case "cohere" -> "/x-amzn-bedrock-input-token-count";
          default -> "/prompt_tokens";
        };
    var raw = record.path("rawUsage");
    assertThat(raw.at(place).asLong(-1))
        .as(raw.toString())
        .isEqualTo(record.path("tokens").path("input").asLong());
  }

  @ParameterizedTest
  @MethodSource("telling")
  void fallbacks_in_the_body_are_sent_to_no_provider(String key) {
    var body = asked("Why?");
    body.putArray("fallbacks").add("vectors").addObject().put("model", "gemini/none");
    good(post(key, body));
    body.putArray("fallbacks").add(7);
    assertThat(message(key, "/v1/embeddings", body)).startsWith("fallbacks.0: 7 (expected: ");
  }

  @Test
  void a_fallback_to_another_model_is_none() {
    embedders.openAi().when(_ -> true, Script.overloaded());
    var received = embedders.gemini().received();
    refused(post("other", asked("Why?")), 529);
    assertThat(embedders.gemini().received()).isEqualTo(received);
  }

  @Test
  void a_provider_that_tells_no_usage_costs_the_most_and_the_client_is_told_an_estimate() {
    var text = "What is it about?";
    var json = good(post("silent", asked(text).put("dimensions", DIMENSIONS)));
    assertIs(json.path("data").path(0), 0, text);
    assertThat(json.path("usage").path("estimated").booleanValue()).isTrue();
    long most = text.length() + 16;
    assertThat(json.path("usage").path("prompt_tokens").longValue()).isBetween(1L, most - 1);
    var record = recorded("silent", most);
    assertThat(record.path("estimated").asBoolean()).isTrue();
    assertThat(new BigDecimal(record.path("costUsd").asString("0"))).isPositive();
  }

  /// Bodies and answers of this size pass several filters.
  @ParameterizedTest
  @MethodSource("batching")
  void a_large_request_and_its_answer_arrive_whole(String key) {
    int many = key.equals("openai") || key.equals("azure") ? 1_000 : 90;
    var texts = Collections.nCopies(many, "A text of some length. ".repeat(40));
    var json = good(post(key, asked(texts.toArray(String[]::new)).put("dimensions", 1_024)));
    assertThat(json.path("data").size()).isEqualTo(many);
    assertThat(json.path("data").path(many - 1).path("embedding").size()).isEqualTo(1_024);
  }

  @Test
  void the_list_of_models_says_what_they_are_for() {
    var gateway = embedders.gateway("openai");
    var list =
        new RecordedClient(gateway.address(), gateway.key("openai"))
            .whole(
                new RecordedTraffic.Request(
                    "models", new HttpRequest("GET", "/v1/models", List.of(), new byte[0])));
    assertThat(JSON.readTree(list.body()).path("data").valueStream())
        .extracting(model -> model.path("description").stringValue())
        .contains("$0.02 in per million tokens, for embeddings");
  }
}
