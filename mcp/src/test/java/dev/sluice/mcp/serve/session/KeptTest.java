package dev.sluice.mcp.serve.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.serve.session.Kept.Added;
import dev.sluice.mcp.serve.session.Kept.Watched;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeptTest {

  private static final ObjectName SERVER = new ObjectName("team", "notes");
  private static final Watched ROME = new Watched(SERVER, "note://rome");
  private static final Watched OSLO = new Watched(SERVER, "note://oslo");

  private final Kept kept = new Kept(SessionLimits.STANDARD.withKeptMax(2));

  private static Remembered watching(Watched... watched) {
    return new Remembered(false, Optional.empty(), Set.of(watched));
  }

  @Test
  void what_others_remember_is_added_to_what_is_known_here() {
    kept.level("a", "info");
    kept.watch("a", ROME);
    assertThat(kept.learned("a")).isFalse();
    kept.learn("a", new Remembered(false, Optional.of("error"), Set.of(OSLO)));
    assertThat(kept.learned("a")).isTrue();
    assertThat(kept.level("a")).contains("error");
    assertThat(kept.watched("a")).containsExactlyInAnyOrder(ROME, OSLO);
    kept.unlearn();
    assertThat(kept.learned("a")).isFalse();
    kept.learn("a", new Remembered(true, Optional.of("nonsense"), Set.of()));
    assertThat(kept.level("a")).contains("error");
    assertThat(kept.ended("a")).isTrue();
  }

  @Test
  void what_is_watched_elsewhere_is_held_here_once_the_stream_of_changes_is_here() {
    kept.learn("a", watching(ROME, OSLO));
    kept.watch("b", OSLO);
    assertThat(kept.watches("a", ROME)).isTrue();
    assertThat(kept.held(ROME)).isFalse();
    assertThat(kept.hold("a")).containsExactly(ROME);
    assertThat(kept.hold("a")).isEmpty();
    assertThat(kept.holds("a", OSLO)).isTrue();
    kept.release("a", ROME);
    assertThat(kept.hold("a", ROME)).isTrue();
    assertThat(kept.hold("a", ROME)).isFalse();
    assertThat(kept.hold("b", ROME)).isFalse();
    assertThat(kept.holds("b", ROME)).isFalse();
    assertThat(kept.end("a")).containsExactly(ROME);
    assertThat(kept.unwatched("b", ROME)).isEmpty();
    assertThat(kept.unwatched("b", OSLO)).containsExactly(OSLO);
  }

  @Test
  void one_that_watches_here_what_it_watches_elsewhere_is_known_as_such() {
    kept.learn("a", watching());
    kept.told("a", ROME);
    assertThat(kept.watch("a", ROME)).isEqualTo(Added.WATCHED_ELSEWHERE);
    assertThat(kept.watch("a", ROME)).isEqualTo(Added.WATCHED_BEFORE);
    kept.release("a", ROME);
    assertThat(kept.watches("a", ROME)).isTrue();
    assertThat(kept.held(ROME)).isFalse();
    assertThat(kept.watch("a", OSLO)).isEqualTo(Added.NEW);
  }

  @Test
  void the_one_that_was_asked_for_the_longest_time_ago_is_forgotten() {
    kept.watch("a", ROME);
    kept.watch("b", OSLO);
    assertThat(kept.watches("a", ROME)).isTrue();
    kept.level("c", "info");
    assertThat(kept.watches("a", ROME)).isTrue();
    assertThat(kept.forgotten()).containsExactly(OSLO);
  }

  @Test
  void one_for_which_a_server_was_asked_is_forgotten_last() {
    kept.watch("a", ROME);
    for (var session : Set.of("b", "c", "d", "e")) {
      assertThat(kept.begin(session)).isTrue();
      kept.learn(session, watching());
      kept.done(session);
      assertThat(kept.learned(session)).isTrue();
    }
    assertThat(kept.holds("a", ROME)).isTrue();
    kept.watch("e", ROME);
    kept.watch("f", OSLO);
    assertThat(kept.holds("a", ROME)).isFalse();
    // The other one watches it too.
    assertThat(kept.forgotten()).isEmpty();
    assertThat(kept.held(ROME)).isTrue();
  }

  @Test
  void what_others_tell_of_a_session_that_is_not_known_here_takes_no_room() {
    kept.level("a", "info");
    kept.level("b", "info");
    kept.told("c", ROME);
    kept.told("c", "error");
    assertThat(kept.watches("c", ROME)).isFalse();
    assertThat(kept.level("c")).isEmpty();
    assertThat(kept.level("a")).contains("info");
    kept.told("a", "error");
    kept.told("a", "nonsense");
    assertThat(kept.level("a")).contains("error");
    // It is asked for just now, and what was read may be older.
    assertThat(kept.begin("c")).isTrue();
    assertThat(kept.begin("c")).isTrue();
    kept.told("c", ROME);
    assertThat(kept.watches("c", ROME)).isTrue();
    kept.done("c");
    assertThat(kept.forget("c")).isEmpty();
    kept.told("c", ROME);
    assertThat(kept.watches("c", ROME)).isFalse();
  }

  @Test
  void what_others_remember_no_more_is_not_watched_any_more_unless_it_was_said_here() {
    kept.learn("a", watching(ROME));
    assertThat(kept.watch("a", OSLO)).isEqualTo(Added.NEW);
    assertThat(kept.hold("a")).containsExactly(ROME);
    kept.learn("a", watching());
    assertThat(kept.watches("a", ROME)).isTrue();
    kept.unlearn();
    kept.learn("a", watching());
    assertThat(kept.watched("a")).containsExactly(OSLO);
    assertThat(kept.forgotten()).containsExactly(ROME);
    kept.unlearn();
    kept.told("a", ROME);
    kept.learn("a", watching());
    assertThat(kept.watches("a", ROME)).isTrue();
  }

  @Test
  void of_a_session_that_has_ended_there_is_nothing_to_learn() {
    assertThat(kept.end("a")).isEmpty();
    assertThat(kept.begin("a")).isFalse();
    kept.unlearn();
    assertThat(kept.begin("a")).isFalse();
    assertThat(kept.ended("a")).isTrue();
  }
}
