package dev.sluice.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CutEstimatorTest {

  private final CutEstimator estimator = new CutEstimator();

  private static VisibleBytes text(long bytes) {
    return new VisibleBytes(bytes, 0, 0, 0, 20);
  }

  @Test
  void is_cautious_before_anything_was_learned() {
    assertThat(estimator.outputTokens("m", text(1_000)))
        .isEqualTo(CutEstimator.FRAME_TOKENS + 1_020 / CutEstimator.PRIOR_BYTES_PER_TOKEN);
  }

  @Test
  void takes_the_densest_of_the_last_answers() {
    estimator.learnOutput("m", text(4_000), 1_000);
    estimator.learnOutput("m", text(5_000), 1_000);
    assertThat(estimator.outputTokens("m", text(1_000)))
        .isEqualTo(CutEstimator.FRAME_TOKENS + (long) Math.ceil(1_020 * 0.25 * 1.02));
    for (int i = 0; i < Samples.COUNT; i++) {
      estimator.learnOutput("m", text(5_000), 1_000);
    }
    assertThat(estimator.outputTokens("m", text(1_000)))
        .isEqualTo(CutEstimator.FRAME_TOKENS + (long) Math.ceil(1_020 * 0.2 * 1.02));
  }

  @Test
  void learns_apart_by_model_and_by_whether_thinking_is_shown() {
    estimator.learnOutput("m", text(4_000), 1_000);
    var prior = CutEstimator.FRAME_TOKENS + 1_020 / CutEstimator.PRIOR_BYTES_PER_TOKEN;
    assertThat(estimator.outputTokens("n", text(1_000))).isEqualTo(prior);
    var hidden = new VisibleBytes(700, 0, 0, 400, 20);
    assertThat(estimator.outputTokens("m", hidden)).isEqualTo(prior);
  }

  @Test
  void tells_hidden_thinking_from_content_by_its_signature() {
    for (int i = 1; i <= 8; i++) {
      estimator.learnOutput("m", new VisibleBytes(400L * i, 0, 0, 56, 20), 24 + 100 * i);
    }
    long estimate = estimator.outputTokens("m", new VisibleBytes(40, 0, 0, 56, 20));
    long billed = 24 + 10;
    assertThat(estimate).isBetween(billed, billed + CutEstimator.FRAME_TOKENS + 5 + 2);
  }

  @Test
  void takes_untold_input_to_be_as_dense_as_the_densest() {
    assertThat(estimator.inputTokens("m", 1_000)).isEqualTo(Long.MAX_VALUE);
    estimator.learnInput("m", 4_000, 1_000);
    estimator.learnInput("m", 5_000, 1_000);
    assertThat(estimator.inputTokens("m", 1_000)).isEqualTo(255);
  }

  @Test
  void small_answers_teach_nothing() {
    estimator.learnOutput("m", text(CutEstimator.SAMPLE_BYTES_MIN - 1), 1);
    assertThat(estimator.outputTokens("m", text(1_000))).isGreaterThan(500);
  }

  @Test
  void hidden_thinking_is_bounded_by_time() {
    assertThat(CutEstimator.hiddenTokens(Duration.ZERO)).isEqualTo(1_000);
    assertThat(CutEstimator.hiddenTokens(Duration.ofMillis(2_500))).isEqualTo(3_500);
  }

  @Test
  void reads_the_meter() {
    assertThat(VisibleBytes.parse("1,2,3,4,5")).isEqualTo(new VisibleBytes(1, 2, 3, 4, 5));
    assertThat(VisibleBytes.parse(null).nothing()).isTrue();
  }
}
