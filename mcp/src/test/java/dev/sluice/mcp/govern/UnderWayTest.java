package dev.sluice.mcp.govern;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import org.junit.jupiter.api.Test;

final class UnderWayTest {

  private static final ObjectName ALICE = new ObjectName("default", "alice");
  private static final ObjectName BOB = new ObjectName("default", "bob");
  private static final ObjectName DESK = new ObjectName("default", "desk");
  private static final ObjectName WIKI = new ObjectName("default", "wiki");

  private final UnderWay underWay = new UnderWay();

  @Test
  void a_key_that_has_all_that_it_may_have_takes_nothing_from_others() {
    for (int i = 0; i < UnderWay.CALLS_MAX; i++) {
      assertThat(underWay.enter(ALICE, DESK)).isTrue();
    }
    assertThat(underWay.enter(ALICE, DESK)).isFalse();
    assertThat(underWay.enter(BOB, DESK)).isTrue();
    assertThat(underWay.enter(ALICE, WIKI)).isTrue();
  }

  @Test
  void a_call_that_ended_makes_room_for_one() {
    for (int i = 0; i < UnderWay.CALLS_MAX; i++) {
      var _ = underWay.enter(ALICE, DESK);
    }
    underWay.leave(ALICE, DESK);
    assertThat(underWay.enter(ALICE, DESK)).isTrue();
    assertThat(underWay.enter(ALICE, DESK)).isFalse();
  }
}
