package dev.sluice.feed.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class SignsTest {

  @Test
  void a_sign_is_due_now_and_then() {
    var signs = new Signs(Duration.ofMillis(50), Duration.ofHours(1));
    await().until(signs::due);
    await().until(signs::due);
    assertThat(signs.silent()).isFalse();
    assertThat(new Signs(Duration.ofHours(1), Duration.ofHours(1)).due()).isFalse();
  }

  @Test
  void it_is_silent_when_none_was_heard_and_the_time_begins_anew() {
    var signs = new Signs(Duration.ofHours(1), Duration.ofMillis(50));
    await().until(signs::silent);
    await().until(signs::silent);
  }
}
