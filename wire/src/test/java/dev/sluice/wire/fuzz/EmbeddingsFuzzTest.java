package dev.sluice.wire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.fuzz.Frugal;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.embedding.BedrockEmbeddings;
import dev.sluice.wire.embedding.EmbeddingAnswer;
import dev.sluice.wire.embedding.EmbeddingAnswer.Asked;
import dev.sluice.wire.embedding.EmbeddingRequest;
import dev.sluice.wire.embedding.EmbeddingRequest.Encoding;
import dev.sluice.wire.embedding.EmbeddingScanner;
import dev.sluice.wire.embedding.EmbeddingTranslator;
import dev.sluice.wire.embedding.GeminiEmbeddings;
import dev.sluice.wire.embedding.VertexEmbeddings;
import dev.sluice.wire.gemini.Door;
import dev.sluice.wire.translate.UntranslatableException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests for embeddings are read or refused, and whatever is answered becomes OpenAI's words or
/// an error.
final class EmbeddingsFuzzTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long TOKENS_MAX = 1L << 40;
  private static final List<EmbeddingTranslator> LANGUAGES =
      List.of(
          new GeminiEmbeddings(),
          new VertexEmbeddings(new Door.Vertex("our-project", "global")),
          new BedrockEmbeddings.Titan(),
          new BedrockEmbeddings.Cohere());

  static Stream<byte[]> requests() {
    return Seeds.files("fuzz/embedding-requests", "");
  }

  static Stream<byte[]> answers() {
    return Seeds.files("fuzz/embedding-answers", "");
  }

  private static void read(byte[] input, Runnable reading) {
    Frugal.read(
        input,
        () -> {
          try {
            reading.run();
          } catch (MalformedBodyException | UntranslatableException e) {
            assertThat(e.getMessage()).contains("expected");
          }
        });
  }

  @MethodSource("requests")
  @FuzzTest
  void a_request_has_facts_or_a_fault(byte[] input) {
    var body = Arrays.copyOf(input, Math.min(input.length, Frugal.INPUT_BYTES_MAX));
    read(
        body,
        () -> {
          var scanned = EmbeddingScanner.scan(body, 0, body.length);
          var inputs = scanned.inputs();
          assertThat(inputs).isNotNull();
          assertThat(inputs.count()).isPositive();
          assertThat(inputs.tokensMax()).isPositive();
          assertThat(scanned.model()).isNotEmpty();
        });
  }

  /// What can be told is bounded by what was scanned.
  @MethodSource("requests")
  @FuzzTest
  void a_request_is_told_in_every_language_or_refused(byte[] input) {
    var body = Arrays.copyOf(input, Math.min(input.length, Frugal.INPUT_BYTES_MAX));
    read(
        body,
        () -> {
          var inputs = EmbeddingScanner.scan(body, 0, body.length).inputs();
          var asked = EmbeddingRequest.read(body, 0, body.length);
          assertThat(inputs).isNotNull();
          assertThat(asked.texts()).hasSize(Math.toIntExact(inputs.count()));
          long bytes =
              asked.texts().stream()
                  .mapToLong(text -> text.getBytes(StandardCharsets.UTF_8).length)
                  .sum();
          assertThat(inputs.tokensMax()).isGreaterThanOrEqualTo(bytes);
          LANGUAGES.forEach(language -> tell(language, asked));
        });
  }

  private static void tell(EmbeddingTranslator language, EmbeddingRequest asked) {
    try {
      var told = language.request("a-model", asked);
      assertThat(JSON.readTree(told.body()).isObject()).isTrue();
      assertThat(language.request("a-model", asked).body()).isEqualTo(told.body());
    } catch (UntranslatableException e) {
      assertThat(e.getMessage()).contains("expected");
    }
  }

  @MethodSource("answers")
  @FuzzTest
  void an_answer_becomes_openai_s_or_an_error_wherever_it_is_cut(byte[] answer) {
    for (var language : LANGUAGES) {
      for (var encoding : Encoding.values()) {
        for (int texts = 1; texts <= 2; texts++) {
          var asked = new Asked("asked", texts, 5, encoding);
          Frugal.read(answer, () -> answered(language, asked, answer));
        }
      }
    }
  }

  private static void answered(EmbeddingTranslator language, Asked asked, byte[] answer) {
    var whole = new EmbeddingAnswer(language, asked, null);
    whole.add(answer, 0, answer.length);
    var told = whole.end();
    var slow = new EmbeddingAnswer(language, asked, null);
    for (int i = 0; i < answer.length; i++) {
      slow.add(answer, i, 1);
    }
    assertThat(slow.end()).isEqualTo(told);
    var json = JSON.readTree(told);
    if (json.path("type").asString("").equals("error")) {
      assertThat(json.path("error").path("message").asString("")).isNotEmpty();
    } else {
      assertThat(json.path("data").size()).isEqualTo(asked.texts());
      assertCounted(json.path("usage").path("prompt_tokens"));
    }
  }

  private static void assertCounted(JsonNode tokens) {
    assertThat(tokens.isIntegralNumber()).isTrue();
    assertThat(tokens.longValue()).isBetween(0L, TOKENS_MAX);
  }
}
