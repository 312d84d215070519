package dev.sluice.sdks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.BadRequestException;
import com.openai.errors.RateLimitException;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.sluice.e2e.embedding.Embedders;
import dev.sluice.testkit.answer.Vectors;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Embeddings for OpenAI's own Java client, at providers of every type. Everything that it reads is
/// validated by it.
final class OpenAiEmbeddingsSdkE2E {

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

  static Stream<String> all() {
    return Embedders.TELLING.stream();
  }

  private static OpenAIClient client(String key) {
    var gateway = embedders.world().gateway();
    return OpenAIOkHttpClient.builder()
        .baseUrl(gateway.address() + "/openai/v1")
        .apiKey(gateway.key(key))
        .maxRetries(0)
        .build();
  }

  private static EmbeddingCreateParams.Builder asked() {
    return EmbeddingCreateParams.builder().model("vectors").input("Why?");
  }

  private static Float[] expected() {
    var vector = Vectors.of("Why?", DIMENSIONS);
    var boxed = new Float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      boxed[i] = vector[i];
    }
    return boxed;
  }

  @ParameterizedTest
  @MethodSource("all")
  void embeds_at_every_provider(String key) {
    var answer = client(key).embeddings().create(asked().dimensions(DIMENSIONS).build()).validate();
    assertThat(answer.data()).hasSize(1);
    assertThat(answer.data().getFirst().embedding()).containsExactly(expected());
    assertThat(answer.usage().promptTokens()).isPositive();
  }

  /// The client reads both.
  private enum Format {
    FLOAT(EmbeddingCreateParams.EncodingFormat.FLOAT),
    BASE64(EmbeddingCreateParams.EncodingFormat.BASE64);

    private final EmbeddingCreateParams.EncodingFormat word;

    Format(EmbeddingCreateParams.EncodingFormat word) {
      this.word = word;
    }
  }

  @ParameterizedTest
  @EnumSource
  void reads_both_formats_of_a_translated_answer(Format format) {
    var params = asked().dimensions(DIMENSIONS).encodingFormat(format.word).build();
    assertThat(client("vertex").embeddings().create(params).data().getFirst().embedding())
        .containsExactly(expected());
  }

  @Test
  void refusals_are_the_clients_own_exceptions() {
    var many = asked().inputOfArrayOfStrings(List.of("a", "b")).build();
    assertThatThrownBy(() -> client("titan").embeddings().create(many))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("a call of Titan takes one");
    var large = asked().input("a ".repeat(200)).build();
    assertThatThrownBy(() -> client("poor").embeddings().create(large))
        .isInstanceOf(RateLimitException.class);
  }
}
