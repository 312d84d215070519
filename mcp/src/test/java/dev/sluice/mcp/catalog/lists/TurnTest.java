package dev.sluice.mcp.catalog.lists;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TurnTest {

  private static final Instant START = Instant.parse("2026-11-30T00:00:00Z");

  private final Turn turn = new Turn(ListLimits.STANDARD);

  private static Instant after(long seconds) {
    return START.plusSeconds(seconds);
  }

  private void fetched(Instant at) {
    turn.begin(at);
    turn.succeeded(at, Duration.ofMinutes(1));
  }

  @Test
  void comes_at_once_and_then_at_the_end_of_the_list() {
    assertThat(turn.due(START)).isTrue();
    fetched(START);
    assertThat(turn.due(after(59))).isFalse();
    assertThat(turn.next()).isEqualTo(after(60));
    assertThat(turn.due(after(60))).isTrue();
  }

  @Test
  void comes_when_the_list_changed_but_never_too_often() {
    fetched(START);
    for (var i = 0; i < 1_000; i++) {
      turn.want();
    }
    assertThat(turn.due(after(1))).isFalse();
    assertThat(turn.due(after(2))).isTrue();
    fetched(after(2));
    assertThat(turn.due(after(4))).isFalse();
  }

  @Test
  void a_change_during_a_fetch_is_fetched_after_it() {
    turn.begin(START);
    turn.want();
    turn.succeeded(after(1), Duration.ofMinutes(1));
    assertThat(turn.due(after(2))).isTrue();
  }

  @Test
  void waits_longer_after_each_failure_until_the_server_is_there_again() {
    long at = 0;
    for (var wait : new long[] {2, 4, 8, 16, 32, 60, 60}) {
      turn.begin(after(at));
      turn.failed(after(at), "tools/list: refused");
      assertThat(turn.due(after(at + wait - 1))).isFalse();
      at += wait;
      assertThat(turn.due(after(at))).isTrue();
    }
    assertThat(turn.trouble()).contains("tools/list: refused");
    turn.begin(after(at));
    turn.failed(after(at), "tools/list: refused");
    turn.renew();
    assertThat(turn.due(after(at + 2))).isTrue();
    fetched(after(at + 2));
    assertThat(turn.trouble()).isEmpty();
  }
}
