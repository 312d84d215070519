package dev.sluice.feed.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MailboxTest {

  private static final Duration SHORT = Duration.ofMillis(20);

  @Test
  void so_many_pieces_wait_and_so_many_bytes() throws InterruptedException {
    var mailbox = new Mailbox<String>(3, 10);
    assertThat(mailbox.take(5, 100, SHORT)).isEmpty();
    assertThat(mailbox.put("a", 6)).isTrue();
    assertThat(mailbox.put("too long", 5)).isFalse();
    assertThat(mailbox.put("b", 4)).isTrue();
    assertThat(mailbox.put("c", 0)).isTrue();
    assertThat(mailbox.put("one too many", 0)).isFalse();
    assertThat(mailbox.take(2, 100, SHORT)).containsExactly("a", "b");
    assertThat(mailbox.isEmpty()).isFalse();
    assertThat(mailbox.take(5, 100, SHORT)).containsExactly("c");
    assertThat(mailbox.put("d", 10)).isTrue();
    assertThat(mailbox.take(5, 100, SHORT)).containsExactly("d");
    assertThat(mailbox.isEmpty()).isTrue();
  }

  @Test
  void what_is_under_way_counts_until_the_next_is_taken() throws InterruptedException {
    var mailbox = new Mailbox<String>(2, 10);
    assertThat(mailbox.put("a", 6)).isTrue();
    assertThat(mailbox.put("b", 1)).isTrue();
    assertThat(mailbox.take(2, 100, SHORT)).containsExactly("a", "b");
    assertThat(mailbox.isEmpty()).isTrue();
    assertThat(mailbox.put("one too many", 0)).isFalse();
    assertThat(mailbox.take(2, 100, SHORT)).isEmpty();
    assertThat(mailbox.put("c", 6)).isTrue();
    assertThat(mailbox.take(2, 100, SHORT)).containsExactly("c");
    assertThat(mailbox.put("too long", 5)).isFalse();
    assertThat(mailbox.put("d", 4)).isTrue();
  }

  @Test
  void so_many_bytes_are_taken_at_once_but_one_piece_at_least() throws InterruptedException {
    var mailbox = new Mailbox<String>(10, 1_000);
    for (var piece : List.of("a", "b", "c")) {
      assertThat(mailbox.put(piece, 50)).isTrue();
    }
    assertThat(mailbox.put("large", 200)).isTrue();
    assertThat(mailbox.put("d", 0)).isTrue();
    assertThat(mailbox.take(5, 100, SHORT)).containsExactly("a", "b");
    assertThat(mailbox.take(5, 100, SHORT)).containsExactly("c");
    assertThat(mailbox.take(5, 100, SHORT)).containsExactly("large");
    assertThat(mailbox.take(5, 100, SHORT)).containsExactly("d");
  }

  @Test
  void who_waits_can_be_woken_without_a_piece() throws InterruptedException {
    var mailbox = new Mailbox<String>(3, 10);
    mailbox.wake();
    assertThat(mailbox.isEmpty()).isFalse();
    assertThat(mailbox.take(5, 100, Duration.ofHours(1))).isEmpty();
    assertThat(mailbox.isEmpty()).isTrue();
  }

  @Test
  void large_pieces_leave_room_to_small_ones() {
    int small = Mailbox.SMALL_BYTES_MAX;
    var mailbox = new Mailbox<String>(10, 8L * small);
    assertThat(mailbox.put("large", 3 * small)).isTrue();
    assertThat(mailbox.put("large", small + 1)).isFalse();
    for (int i = 0; i < 5; i++) {
      assertThat(mailbox.put("small", small)).isTrue();
    }
    assertThat(mailbox.put("small", 1)).isFalse();
  }

  @Test
  void who_waits_gets_what_comes() throws InterruptedException {
    var mailbox = new Mailbox<String>(3, 10);
    var putter = Thread.ofVirtual().start(() -> assertThat(mailbox.put("a", 1)).isTrue());
    assertThat(mailbox.take(5, 100, Duration.ofSeconds(20))).containsExactly("a");
    putter.join();
  }
}
