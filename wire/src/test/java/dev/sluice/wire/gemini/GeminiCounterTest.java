package dev.sluice.wire.gemini;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.conversation.Samples;
import dev.sluice.wire.translate.Golden;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// How Gemini is asked to count, and what it says.
final class GeminiCounterTest {

  private static final GeminiCounter DEVELOPER = new GeminiCounter(new Door.Developer());
  private static final GeminiCounter VERTEX =
      new GeminiCounter(new Door.Vertex("a-project", "europe-west4"));

  @Test
  void a_whole_request_is_counted_as_the_golden_files_say() {
    var all = Samples.all(GeminiTranslator.ORIGIN);
    Golden.check("gemini-count", DEVELOPER::question, "gemini-3-flash", all);
  }

  @Test
  void vertex_counts_the_prompt_as_the_golden_files_say() {
    var all = Samples.all(GeminiTranslator.ORIGIN);
    Golden.check("gemini-vertex-count", VERTEX::question, "gemini-2.5-flash", all);
  }

  @Test
  void reads_the_tokens() {
    var said =
        "{\"totalTokens\": 31, \"promptTokensDetails\": []}".getBytes(StandardCharsets.UTF_8);
    assertThat(VERTEX.tokens(said, 0, said.length)).isEqualTo(31);
    assertThatThrownBy(() -> VERTEX.tokens(said, 0, said.length - 1))
        .isInstanceOf(MalformedBodyException.class);
  }
}
