package dev.sluice.operator.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Which generation has which version of an object, and who has it.
class ProgressTest {

  private static final ObjectId ALICE =
      new ObjectId("VirtualKey", new ObjectName("default", "alice"));

  private final Progress progress = new Progress();

  private static Seen alice(long generation) {
    return new Seen(ALICE, "uid", generation, Map.of(), "{}", null);
  }

  private void publish(long generation, String version, long ofAlice, Set<ObjectId> good) {
    progress.published(generation, version, Map.of(ALICE, alice(ofAlice)), good);
  }

  @Test
  void an_object_keeps_the_generation_that_it_came_with() {
    publish(10, "a", 1, Set.of(ALICE));
    publish(11, "b", 1, Set.of(ALICE));
    assertThat(progress.of(alice(1))).isEqualTo(10);
    publish(12, "c", 2, Set.of(ALICE));
    assertThat(progress.of(alice(2))).isEqualTo(12);
  }

  @Test
  void a_version_that_was_not_published_or_is_bad_has_none() {
    publish(10, "a", 1, Set.of(ALICE));
    assertThat(progress.of(alice(2))).isEqualTo(Long.MAX_VALUE);
    publish(11, "b", 2, Set.of());
    assertThat(progress.of(alice(2))).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void a_version_is_known_by_its_latest_generation() {
    publish(10, "a", 1, Set.of());
    publish(11, "b", 1, Set.of());
    publish(12, "a", 1, Set.of());
    assertThat(progress.of("a")).isEqualTo(12);
    assertThat(progress.of("never published")).isZero();
  }

  @Test
  void a_gateway_has_what_both_its_parts_have() {
    var reach = new Reach.Builder();
    reach.envoy("one", 12, null);
    reach.processor("one", 11, null);
    reach.envoy("two", 12, null);
    reach.processor("three", 12, "format 9 (expected: 1)");
    assertThat(reach.build().generations()).isEqualTo(Map.of("one", 11L, "two", 0L, "three", 0L));
    assertThat(reach.build().without(11)).containsExactly("three", "two");
    assertThat(reach.build().refusals()).containsOnlyKeys("three");
  }

  @Test
  void a_gateway_that_is_starting_makes_nothing_pending() {
    var reach = new Reach.Builder();
    reach.envoy("serving", 12, null);
    reach.processor("serving", 12, null);
    reach.envoy("starting", 0, null);
    reach.processor("starting", 0, null);
    reach.processor("cannot read it", 0, "format 9 (expected: 1)");
    assertThat(reach.build().generations()).isEqualTo(Map.of("serving", 12L, "cannot read it", 0L));
  }
}
