package dev.sluice.bench.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void a_figure_is_reached_up_to_its_bound_and_missed_beyond_it() {
    assertThat(Verdict.atMost(50, "a start", 50).isReached()).isTrue();
    assertThat(Verdict.atMost(50, "a start", 50.01).isReached()).isFalse();
    assertThat(Verdict.atMost(0, "errors", 1).isReached()).isFalse();
    assertThat(Verdict.atMost(50, "a start", Double.NaN).isReached()).isFalse();
    assertThat(Verdict.atLeast(90, "fewer tokens", 90).isReached()).isTrue();
    assertThat(Verdict.atLeast(90, "fewer tokens", 89.9).isReached()).isFalse();
    assertThat(
            Verdict.table(
                    List.of(Verdict.atMost(50, "a start", 51), Verdict.atLeast(90, "tokens", 97.5)))
                .markdown())
        .containsPattern("a start +\\| +at most 50 +\\| +51.00 +\\| +missed")
        .containsPattern("tokens +\\| +at least 90 +\\| +97.50 +\\| +reached");
  }

  @Test
  void the_benchmark_fails_where_one_of_its_targets_is_missed() {
    var reached = Verdict.atMost(50, "a start", 3);
    var missed = Verdict.atLeast(90, "fewer tokens", 3);
    assertThat(Verdict.allReached(List.of(reached, reached))).isTrue();
    assertThat(Verdict.allReached(List.of(reached, missed))).isFalse();
  }
}
