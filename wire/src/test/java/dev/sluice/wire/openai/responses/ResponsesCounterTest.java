package dev.sluice.wire.openai.responses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.openai.Cases;
import dev.sluice.wire.openai.Presets;
import dev.sluice.wire.translate.Golden;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// How OpenAI is asked to count, and what it says.
final class ResponsesCounterTest {

  private static final ResponsesCounter COUNTER =
      new ResponsesCounter(Presets.read().services().get("openai").quirks(), Cases.ORIGIN);

  @Test
  void a_prompt_is_counted_as_the_golden_files_say() {
    Golden.check("openai/responses-count", COUNTER::question, "gpt-5.6", Cases.all());
  }

  @Test
  void reads_the_tokens() {
    var said =
        "{\"object\":\"response.input_tokens\",\"input_tokens\":76}"
            .getBytes(StandardCharsets.UTF_8);
    assertThat(COUNTER.tokens(said, 0, said.length)).isEqualTo(76);
    assertThatThrownBy(() -> COUNTER.tokens(said, 0, said.length - 1))
        .isInstanceOf(MalformedBodyException.class);
  }
}
