package dev.sluice.feed.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.mcp.SessionBus;
import dev.sluice.feed.session.Errand.Drop;
import dev.sluice.feed.session.Errand.Keep;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class UnsentTest {

  private final Unsent unsent = new Unsent(3);

  @Test
  void of_each_name_the_last_word_waits_until_it_is_done() {
    var old = new Keep("a", "level", "info");
    assertThat(unsent.put(old)).isTrue();
    assertThat(unsent.put(new Keep("a", "level", "error"))).isTrue();
    assertThat(unsent.put(new Drop("a", "watch"))).isTrue();
    unsent.done(old);
    assertThat(unsent.next(5))
        .containsExactly(new Keep("a", "level", "error"), new Drop("a", "watch"));
    unsent.done(new Keep("a", "level", "error"));
    unsent.done(new Drop("a", "watch"));
    assertThat(unsent.next(5)).isEmpty();
  }

  @Test
  void what_failed_lets_others_go_before_it() {
    var first = new Keep("a", "level", "info");
    assertThat(unsent.put(first)).isTrue();
    assertThat(unsent.put(new Drop("a", "watch"))).isTrue();
    assertThat(unsent.put(new Keep("b", "level", "error"))).isTrue();
    unsent.failed(first);
    assertThat(unsent.next(1)).containsExactly(new Keep("b", "level", "error"));
    assertThat(unsent.next(5)).hasSize(3).endsWith(first);
  }

  @Test
  void what_was_read_is_as_it_will_be() {
    var read = Map.of("level", "info", "watch", "", "other", "");
    assertThat(unsent.over("a", read)).isEqualTo(read);
    assertThat(unsent.put(new Keep("a", "level", "error"))).isTrue();
    assertThat(unsent.put(new Drop("a", "watch"))).isTrue();
    assertThat(unsent.put(new Drop("b", "other"))).isTrue();
    assertThat(unsent.over("a", read)).isEqualTo(Map.of("level", "error", "other", ""));
  }

  @Test
  void so_many_wait_and_the_oldest_goes() {
    assertThat(unsent.put(new Keep("a", "1", ""))).isTrue();
    assertThat(unsent.put(new Keep("a", "2", ""))).isTrue();
    assertThat(unsent.put(new Keep("b", "3", ""))).isTrue();
    assertThat(unsent.put(new Keep("b", "3", "again"))).isTrue();
    assertThat(unsent.put(new Keep("b", "4", ""))).isFalse();
    assertThat(unsent.next(5))
        .containsExactly(
            new Keep("a", "2", ""), new Keep("b", "3", "again"), new Keep("b", "4", ""));
  }

  @Test
  void the_end_of_a_session_takes_the_place_of_all_else() {
    assertThat(unsent.put(new Keep("a", "1", ""))).isTrue();
    assertThat(unsent.put(new Keep("a", "2", ""))).isTrue();
    assertThat(unsent.put(new Keep("a", SessionBus.ENDED, ""))).isTrue();
    assertThat(unsent.put(new Keep("b", "1", ""))).isTrue();
    assertThat(unsent.put(new Keep("b", "2", ""))).isTrue();
    assertThat(unsent.next(1)).containsExactly(new Keep("a", SessionBus.ENDED, ""));
  }
}
