package dev.sluice.mcp.serve.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InstructionsTest {

  @Test
  void what_fits_stays_as_it_is() {
    assertThat(Instructions.joined(List.of("a: first", "b: second"), 19))
        .isEqualTo("a: first\n\nb: second");
  }

  @Test
  void what_short_ones_leave_is_for_long_ones_and_all_have_some() {
    var texts = List.of("a: " + "x".repeat(500), "b: short", "c: " + "y".repeat(90_000));
    var joined = Instructions.joined(texts, 212);
    assertThat(joined).hasSize(212).contains("\n\nb: short\n\nc: yyy").endsWith("y…");
    assertThat(joined.split("\n\n")[0]).hasSize(100).startsWith("a: xxx").endsWith("x…");
  }

  @Test
  void many_servers_have_a_little_each_within_the_bound() {
    var texts = IntStream.range(0, 100).mapToObj(i -> i + ": " + "é".repeat(300)).toList();
    var joined = Instructions.joined(texts, Instructions.CHARS_MAX);
    assertThat(joined.length()).isLessThanOrEqualTo(Instructions.CHARS_MAX);
    assertThat(joined).startsWith("0:").contains("\n\n99: éé");
  }

  @Test
  void no_character_is_cut_in_half() {
    for (int max = 1; max < 20; max++) {
      var joined = Instructions.joined(List.of("𝒳".repeat(30)), max);
      assertThat(joined.replace("𝒳", "")).isEqualTo("…");
      assertThat(joined.length()).isLessThanOrEqualTo(max);
    }
  }
}
