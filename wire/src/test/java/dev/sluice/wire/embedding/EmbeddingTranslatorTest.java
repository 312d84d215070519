package dev.sluice.wire.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.UsageMerge;
import dev.sluice.wire.embedding.EmbeddingAnswer.Asked;
import dev.sluice.wire.gemini.Door;
import dev.sluice.wire.translate.UntranslatableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// How embeddings are asked for in the languages of other providers, and what their answers become.
final class EmbeddingTranslatorTest {

  private static final JsonMapper PRETTY =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /// The languages, each with a model and an answer for two texts, or one.
  enum Language {
    GEMINI(
        new GeminiEmbeddings(),
        "gemini-embedding-001",
        """
        {"embeddings":[{"values":[0.5,-0.25]},{"values":[1,2e-2]}],\
        "usageMetadata":{"promptTokenCount":7}}"""),
    GEMINI_SILENT(
        new GeminiEmbeddings(),
        "gemini-embedding-001",
        """
        {"embeddings":[{"values":[0.5,-0.25]},{"values":[1,2e-2]}]}"""),
    VERTEX(
        new VertexEmbeddings(new Door.Vertex("a-project", "europe-west4")),
        "text-embedding-005",
        """
        {"predictions":[\
        {"embeddings":{"values":[0.5,-0.25],"statistics":{"token_count":3,"truncated":false}}},\
        {"embeddings":{"values":[1,2e-2],"statistics":{"token_count":4.0,"truncated":false}}}],\
        "metadata":{"billableCharacterCount":11}}"""),
    TITAN(
        BedrockEmbeddings.of("titan", "amazon.titan-embed-text-v2:0"),
        "amazon.titan-embed-text-v2:0",
        """
        {"embedding":[0.5,-0.25],"embeddingsByType":{"float":[0.5,-0.25]},\
        "inputTextTokenCount":7}"""),
    COHERE(
        BedrockEmbeddings.of("cohere.embed-v4", "arn:aws:bedrock:eu-west-1:1:x/y"),
        "arn:aws:bedrock:eu-west-1:1:x/y",
        """
        {"id":"1","embeddings":{"float":[[0.5,-0.25],[1,2e-2]]},"texts":["a","b"],\
        "response_type":"embeddings_by_type"}""");

    private final EmbeddingTranslator translator;
    private final String model;
    private final String answer;

    Language(EmbeddingTranslator translator, String model, String answer) {
      this.translator = translator;
      this.model = model;
      this.answer = answer;
    }

    private String folder() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  private static Map<String, String> bodies() {
    var bodies = new LinkedHashMap<String, String>();
    bodies.put("one", "\"input\":\"Grüße \\\"you\\\"\"");
    bodies.put("one-in-a-list", "\"input\":[\"a\"],\"encoding_format\":\"base64\"");
    bodies.put("two", "\"input\":[\"a\",\"b c\"],\"dimensions\":256");
    bodies.put("said-more", "\"input\":\"a\",\"user\":\"u\",\"input_type\":\"search_query\"");
    bodies.put("tokens", "\"input\":[1,2,3]");
    bodies.put("tokens-of-two", "\"input\":[[1],[2]]");
    return bodies;
  }

  private static EmbeddingRequest read(String members) {
    var bytes = ("{\"model\":\"m\"," + members + "}").getBytes(StandardCharsets.UTF_8);
    return EmbeddingRequest.read(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @EnumSource
  void is_asked_as_the_golden_files_say(Language language) throws IOException {
    for (var body : bodies().entrySet()) {
      check(language.folder() + "/" + body.getKey(), told(language, body.getValue()));
    }
  }

  private static String told(Language language, String members) {
    try {
      var outgoing = language.translator.request(language.model, read(members));
      return String.join(
          "\n",
          "path: " + outgoing.path(),
          "untold: " + String.join(", ", outgoing.untold()),
          PRETTY.writeValueAsString(PRETTY.readTree(outgoing.body())),
          "");
    } catch (UntranslatableException e) {
      return "refused: " + e.getMessage() + "\n";
    }
  }

  @ParameterizedTest
  @EnumSource
  void its_answer_becomes_what_the_golden_files_say(Language language) throws IOException {
    var members = language == Language.TITAN ? "\"input\":\"a\"" : "\"input\":[\"a\",\"b c\"]";
    var told = new ArrayList<String>();
    for (var format : List.of("float", "base64")) {
      var asked = read(members + ",\"encoding_format\":\"" + format + "\"");
      told.add(PRETTY.writeValueAsString(PRETTY.readTree(answered(language, asked, null))));
    }
    check(language.folder() + "/answer", String.join("\n", told) + "\n");
  }

  private static byte[] answered(Language language, EmbeddingRequest asked, @Nullable Long tokens) {
    var bytes = language.answer.getBytes(StandardCharsets.UTF_8);
    var answer = new EmbeddingAnswer(language.translator, Asked.of("asked", asked), tokens);
    int half = bytes.length / 2;
    answer.add(bytes, 0, half);
    answer.add(bytes, half, bytes.length - half);
    return answer.end();
  }

  private static void check(String name, String told) throws IOException {
    var file = Path.of("src/test/resources/golden/embedding", name + ".txt");
    if ("write".equals(System.getProperty("golden"))) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, told);
    }
    assertThat(told).as(name).isEqualTo(Files.readString(file));
  }

  @Test
  void a_header_tells_the_tokens_better_than_the_body() {
    var json = PRETTY.readTree(answered(Language.COHERE, read("\"input\":[\"a\",\"b\"]"), 12L));
    assertThat(json.path("usage").path("prompt_tokens").asLong()).isEqualTo(12);
    assertThat(json.path("usage").has("estimated")).isFalse();
  }

  @Test
  void usage_that_was_told_is_final_and_an_estimate_tells_nothing() {
    var told = new UsageMerge().whole("{\"prompt_tokens\":8,\"total_tokens\":8}");
    assertThat(told.finished()).isTrue();
    assertThat(told.tokens().input()).isEqualTo(8);
    assertThat(told.tokens().output()).isZero();
    for (var total : List.of("{\"total_tokens\":8}", "{\"prompt_tokens\":0,\"total_tokens\":8}")) {
      var alone = new UsageMerge().whole(total);
      assertThat(alone.finished()).isTrue();
      assertThat(alone.tokens().input()).isEqualTo(8);
    }
    var estimated = new UsageMerge().whole("{\"prompt_tokens\":8,\"estimated\":true}");
    assertThat(estimated.finished()).isFalse();
    assertThat(estimated.started()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1e300", "9223372036854775808", "\"7\"", "1099511627777"})
  void what_is_no_count_is_an_estimate_and_the_vectors_are_told(String count) {
    var answers =
        Map.of(
            new GeminiEmbeddings(),
            "{\"embeddings\":[{\"values\":[1]}],\"usageMetadata\":{\"promptTokenCount\":%s}}",
            new BedrockEmbeddings.Titan(),
            "{\"embedding\":[1],\"inputTextTokenCount\":%s}",
            new VertexEmbeddings(new Door.Vertex("p", "global")),
            "{\"predictions\":[{\"embeddings\":{\"values\":[1],"
                + "\"statistics\":{\"token_count\":%s}}}]}");
    answers.forEach(
        (language, answer) -> {
          var bytes = answer.formatted(count).getBytes(StandardCharsets.UTF_8);
          var told = new EmbeddingAnswer(language, Asked.of("m", read("\"input\":\"a\"")), null);
          told.add(bytes, 0, bytes.length);
          var json = PRETTY.readTree(told.end());
          assertThat(json.path("data").size()).isEqualTo(1);
          assertThat(json.path("usage").path("prompt_tokens").asLong()).isEqualTo(1);
          assertThat(json.path("usage").path("estimated").asBoolean()).isTrue();
        });
  }

  @Test
  void what_is_no_answer_becomes_an_error() {
    var asked = Asked.of("m", read("\"input\":[\"a\",\"b\"]"));
    for (var body :
        List.of(
            "",
            "{",
            "[]",
            "{\"embeddings\":[]}",
            "{\"embeddings\":[{\"values\":[1]}]}",
            "{\"embeddings\":[{\"values\":[1]},{\"values\":[\"1\"]}]}",
            "{\"embeddings\":[{\"values\":[1]},{}]}")) {
      var answer = new EmbeddingAnswer(new GeminiEmbeddings(), asked, null);
      var bytes = body.getBytes(StandardCharsets.UTF_8);
      answer.add(bytes, 0, bytes.length);
      var said = PRETTY.readTree(answer.end());
      assertThat(said.path("type").asString("")).as(body).isEqualTo("error");
      assertThat(said.path("error").path("message").asString(""))
          .startsWith("the provider's answer is not ");
    }
  }

  @Test
  void what_no_provider_would_take_is_refused() {
    assertThatThrownBy(() -> read("\"input\":[\"a\",null]"))
        .isInstanceOf(MalformedBodyException.class)
        .hasMessage("input.1: null (expected: a string)");
    assertThatThrownBy(() -> read("\"input\":\"a\",\"encoding_format\":\"int8\""))
        .hasMessage("encoding_format: \"int8\" (expected: float or base64)");
    assertThatThrownBy(() -> read("\"input\":\"a\",\"dimensions\":0"))
        .hasMessage("dimensions: 0 (expected: a whole number from 1)");
    assertThatThrownBy(() -> BedrockEmbeddings.of("nova", "amazon.nova-pro-v1:0"))
        .isInstanceOf(UntranslatableException.class)
        .hasMessage("model: nova (expected: at Bedrock a name with titan-embed or cohere.embed)");
  }

  @Test
  void arbitrary_answers_are_read_or_refused_and_nothing_else() {
    long seed = Long.getLong("sluice.seed", 20261129L);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var asked = Asked.of("m", read("\"input\":[\"a\",\"b\"]"));
    for (int i = 0; i < 20_000; i++) {
      var language = Language.values()[random.nextInt(Language.values().length)];
      var bytes = language.answer.getBytes(StandardCharsets.UTF_8);
      for (int edits = random.nextInt(4); edits > 0; edits--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(128);
      }
      var answer = new EmbeddingAnswer(language.translator, asked, null);
      answer.add(bytes, 0, random.nextInt(5) == 0 ? random.nextInt(bytes.length) : bytes.length);
      assertThat(PRETTY.readTree(answer.end()).isObject()).isTrue();
    }
  }
}
