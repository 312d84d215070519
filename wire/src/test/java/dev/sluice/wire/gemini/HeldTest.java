package dev.sluice.wire.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.translate.AnswerDecoder.Held;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeldTest {

  private final Chunks chunks = new Chunks();

  private Held after(String part) {
    var bytes = part.getBytes(StandardCharsets.UTF_8);
    chunks.read(bytes, 0, bytes.length);
    return chunks.held();
  }

  @Test
  void an_event_is_held_until_its_end() {
    assertThat(after("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Yes"))
        .isEqualTo(new Held(54, false));
    assertThat(after("\"}]}}]}\n\n")).isEqualTo(Held.NOTHING);
  }

  @Test
  void what_may_be_a_call_can_have_any_length() {
    assertThat(after("data: {\"cand").endless()).isTrue();
    assertThat(after("idates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"text\":").endless())
        .isTrue();
    assertThat(after("1}}]}}]}\n\n")).isEqualTo(Held.NOTHING);
  }
}
