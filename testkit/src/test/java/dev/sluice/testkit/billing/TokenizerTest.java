package dev.sluice.testkit.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RecordedTraffic;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TokenizerTest {

  @Test
  void splits_words_digits_marks_and_spaces() {
    assertThat(Tokenizer.split("The budget is 12345.67 USD\n    ok!!"))
        .containsExactly(
            "The", " budget", " is", " ", "123", "45", ".", "67", " USD", "\n    ", "ok", "!!");
    assertThat(Tokenizer.split("uncharacteristically 数字🚀").size()).isBetween(6, 10);
  }

  @Test
  void loses_nothing_and_never_has_more_tokens_than_bytes() {
    for (var recorded : RecordedTraffic.requests()) {
      var text = new String(recorded.http().body(), StandardCharsets.UTF_8);
      assertThat(String.join("", Tokenizer.split(text))).isEqualTo(text);
      assertThat(Tokenizer.count(text)).isLessThanOrEqualTo(recorded.http().body().length);
    }
  }
}
