package dev.sluice.compiler.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.policy.Globs;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Two patterns meet exactly where a name has both.
class OverlapTest {

  private static final int NAME_CHARS_MAX = 6;

  /// All names of two letters up to a length that any two short patterns show themselves by.
  private static List<String> names() {
    var names = new ArrayList<>(List.of(""));
    for (int i = 0; names.get(i).length() < NAME_CHARS_MAX; i++) {
      names.add(names.get(i) + "a");
      names.add(names.get(i) + "b");
    }
    return names;
  }

  private static String pattern(Random random) {
    var pattern = new StringBuilder();
    for (int left = random.nextInt(4); left > 0; left--) {
      pattern.append("ab*".charAt(random.nextInt(3)));
    }
    return pattern.toString();
  }

  @Test
  void any_two_patterns_meet_where_a_name_has_both() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    var names = names();
    for (int i = 0; i < 2_000; i++) {
      var one = pattern(random);
      var other = pattern(random);
      var globs = new Globs(List.of(one));
      boolean met =
          names.stream().anyMatch(n -> globs.matches(n) && new Globs(List.of(other)).matches(n));
      assertThat(Overlap.any(globs, other))
          .as("%s and %s, seed %d", one, other, seed)
          .isEqualTo(met);
    }
  }

  @Test
  void what_covers_a_pattern_has_every_name_of_it() {
    assertThat(Overlap.covers(new Globs(List.of("get_*")), "get_issue*")).isTrue();
    assertThat(Overlap.covers(new Globs(List.of("*")), "*")).isTrue();
    assertThat(Overlap.covers(new Globs(List.of("get_issue")), "get_*")).isFalse();
    assertThat(Overlap.covers(new Globs(List.of()), "get_*")).isFalse();
  }
}
