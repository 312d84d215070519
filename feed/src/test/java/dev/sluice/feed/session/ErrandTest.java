package dev.sluice.feed.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.feed.session.Errand.Drop;
import dev.sluice.feed.session.Errand.Keep;
import dev.sluice.feed.session.Errand.Tell;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ErrandTest {

  @Test
  void its_size_is_in_bytes() {
    for (var text : List.of("", "plain", "grüße", "日本語", "a🙂b", "\u07ff\u0800\u007f\u0080")) {
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      assertThat(new Tell("all", text).bytes()).isEqualTo(bytes);
      assertThat(new Keep("session", text, text).bytes()).isEqualTo(2 * bytes);
      assertThat(new Drop("session", text).bytes()).isEqualTo(bytes);
    }
  }
}
