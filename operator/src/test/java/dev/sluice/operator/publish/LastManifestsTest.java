package dev.sluice.operator.publish;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.feed.KeptManifest;
import dev.sluice.operator.world.ObjectId;
import dev.sluice.operator.world.Seen;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The last good version of an object that is bad now is kept, over a restart too.
class LastManifestsTest {

  private static final ObjectId TEAM = new ObjectId("Team", new ObjectName("default", "payments"));
  private static final KeptManifest GOOD = new KeptManifest("Team", "default", "payments", "good");

  private static Map<ObjectId, Seen> team(String manifest) {
    return Map.of(TEAM, new Seen(TEAM, "uid", 1, Map.of(), manifest, null));
  }

  @Test
  void only_what_is_bad_now_travels() {
    var manifests = new LastManifests();
    assertThat(manifests.next(team("good"), Set.of(TEAM))).isEmpty();
    assertThat(manifests.next(team("bad"), Set.of())).containsExactly(GOOD);
    assertThat(manifests.next(team("worse"), Set.of())).containsExactly(GOOD);
    assertThat(manifests.next(team("good again"), Set.of(TEAM))).isEmpty();
  }

  @Test
  void what_was_published_is_where_another_operator_begins() {
    var manifests = new LastManifests();
    assertThat(manifests.begin(List.of(GOOD))).isEqualTo(Map.of(TEAM, "good"));
    assertThat(manifests.next(team("bad"), Set.of())).containsExactly(GOOD);
  }

  @Test
  void an_object_that_is_gone_is_forgotten() {
    var manifests = new LastManifests();
    manifests.begin(List.of(GOOD));
    assertThat(manifests.next(Map.of(), Set.of())).isEmpty();
    assertThat(manifests.next(team("bad"), Set.of())).isEmpty();
  }
}
