package dev.sluice.operator.cli.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What differs between two texts, as tools of everyday read it.
class LineDiffTest {

  private static List<String> numbers(int from, int to) {
    return IntStream.range(from, to).mapToObj(Integer::toString).toList();
  }

  private static List<String> with(List<String> lines, int at, String line) {
    var changed = new ArrayList<>(lines);
    changed.set(at, line);
    return changed;
  }

  @Test
  void the_same_text_has_no_difference() {
    assertThat(LineDiff.of(numbers(0, 9), numbers(0, 9))).isEmpty();
    assertThat(LineDiff.of(List.of(), List.of())).isEmpty();
  }

  @Test
  void a_change_has_three_lines_around_it() {
    assertThat(LineDiff.of(numbers(0, 12), with(numbers(0, 12), 5, "five")))
        .containsExactly("@@ -3,7 +3,7 @@", " 2", " 3", " 4", "-5", "+five", " 6", " 7", " 8");
  }

  @Test
  void changes_far_apart_are_two_hunks_and_near_ones_are_one() {
    var far = with(with(numbers(0, 30), 2, "two"), 25, "x");
    assertThat(LineDiff.of(numbers(0, 30), far))
        .filteredOn(line -> line.startsWith("@@"))
        .containsExactly("@@ -1,6 +1,6 @@", "@@ -23,7 +23,7 @@");
    var near = with(with(numbers(0, 30), 5, "five"), 12, "x");
    assertThat(LineDiff.of(numbers(0, 30), near))
        .filteredOn(line -> line.startsWith("@@"))
        .containsExactly("@@ -3,14 +3,14 @@");
  }

  @Test
  void what_is_new_or_gone_altogether_names_an_empty_range() {
    assertThat(LineDiff.of(List.of(), List.of("a", "b")))
        .containsExactly("@@ -0,0 +1,2 @@", "+a", "+b");
    assertThat(LineDiff.of(List.of("a"), List.of())).containsExactly("@@ -1,1 +0,0 @@", "-a");
  }

  @Test
  void texts_too_large_to_compare_are_all_old_and_then_all_new() {
    var differences = LineDiff.of(numbers(0, 3_000), numbers(5_000, 8_000));
    assertThat(differences).hasSize(6_001).startsWith("@@ -1,3000 +1,3000 @@", "-0", "-1");
    assertThat(differences.getLast()).isEqualTo("+7999");
  }

  /// The old text with the differences applied is the new one, whatever both are.
  @Test
  void hunks_lead_from_one_text_to_the_other() {
    long seed = System.nanoTime();
    var random = new SplittableRandom(seed);
    for (int round = 0; round < 2_000; round++) {
      var old = lines(random);
      var current = lines(random);
      assertThat(applied(old, LineDiff.of(old, current)))
          .as("seed %d: %s and %s", seed, old, current)
          .isEqualTo(current);
    }
  }

  private static List<String> lines(SplittableRandom random) {
    return IntStream.range(0, random.nextInt(30)).mapToObj(_ -> "" + random.nextInt(4)).toList();
  }

  private static List<String> applied(List<String> old, List<String> differences) {
    var text = new ArrayList<String>();
    int at = 0;
    for (var line : differences) {
      if (line.startsWith("@@")) {
        var range = line.split("[-, ]+");
        int from = Integer.parseInt(range[1]) - (range[2].equals("0") ? 0 : 1);
        text.addAll(old.subList(at, from));
        at = from;
      } else {
        if (line.charAt(0) != '+') {
          assertThat(old.get(at)).isEqualTo(line.substring(1));
          at++;
        }
        if (line.charAt(0) != '-') {
          text.add(line.substring(1));
        }
      }
    }
    text.addAll(old.subList(at, old.size()));
    return text;
  }
}
