package dev.sluice.wire.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.anthropic.CutEstimator.Cut;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CutEstimatorTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  private final CutEstimator estimator = new CutEstimator();

  private static Visible text(long pieces) {
    return new Visible(pieces, 0, 0, 5, -1, pieces * 25);
  }

  private static Visible signed(long pieces, long signature) {
    return new Visible(pieces, 0, signature, 5, -1, pieces * 25 + 500);
  }

  private long estimate(Visible visible) {
    return estimator.outputTokens("m", new Cut(visible, LONG, LONG, visible.bytes()));
  }

  private static long withMargin(double tokens) {
    return CutEstimator.FRAME_TOKENS + (long) Math.ceil(tokens * 1.01);
  }

  @Test
  void is_cautious_before_anything_was_learned() {
    assertThat(estimate(text(1_000))).isEqualTo(withMargin(1_005 * CutEstimator.PRIOR_TOKENS));
    assertThat(estimate(signed(1_000, 400)))
        .isEqualTo(withMargin(1_005 * CutEstimator.PRIOR_TOKENS + 200));
  }

  @Test
  void takes_the_dearest_of_the_last_answers() {
    estimator.learnOutput("m", text(800), LONG, 1_000);
    estimator.learnOutput("m", text(1_000), LONG, 1_000);
    assertThat(estimate(text(100))).isEqualTo(withMargin(105 * 1.25));
    for (int i = 0; i < Samples.COUNT; i++) {
      estimator.learnOutput("m", text(1_000), LONG, 1_000);
    }
    assertThat(estimate(text(100))).isEqualTo(withMargin(105));
  }

  @Test
  void learns_apart_by_model_and_by_whether_thinking_is_shown() {
    estimator.learnOutput("n", text(1_000), LONG, 1_000);
    estimator.learnOutput("m", signed(1_000, 400), LONG, 1_000);
    assertThat(estimate(text(1_000))).isEqualTo(withMargin(1_005 * CutEstimator.PRIOR_TOKENS));
  }

  @Test
  void weighs_the_signature_of_thinking_out_of_sight() {
    for (int i = 1; i <= 8; i++) {
      long thinking = 20L * i;
      estimator.learnOutput(
          "m",
          signed(300L - 10 * i * i % 70, 80 + thinking * 5),
          LONG,
          300L - 10 * i * i % 70 + thinking);
    }
    assertThat(estimate(signed(10, 80 + 500))).isBetween(115L, withMargin(115) + 1);
    assertThat(estimate(text(100))).isBetween(105L, withMargin(105) + 1);
  }

  @Test
  void adds_what_passed_since_the_sizes_were_published() {
    for (int i = 0; i < 2; i++) {
      estimator.learnOutput("m", text(1_000), LONG, 1_000);
    }
    var cut = new Cut(text(160), LONG, LONG, 160 * 25 + 50);
    assertThat(estimator.outputTokens("m", cut)).isEqualTo(withMargin(165 + 3));
    var much = new Cut(text(160), LONG, LONG, 160 * 25 + 9_000);
    assertThat(estimator.outputTokens("m", much)).isEqualTo(withMargin(165 + 10));
  }

  @Test
  void adds_what_was_in_flight() {
    var fast = new Cut(text(100), Duration.ofMillis(200), LONG, 2_500);
    assertThat(estimator.outputTokens("m", fast))
        .isEqualTo(withMargin(130 * CutEstimator.PRIOR_TOKENS));
    var signed = new Cut(signed(100, 100), Duration.ofSeconds(1), LONG, 2_500);
    assertThat(estimator.outputTokens("m", signed))
        .isEqualTo(withMargin((100 * CutEstimator.PRIOR_TOKENS + 50) * 1.06));
    estimator.learnOutput("m", text(1_000), Duration.ofSeconds(10), 1_000);
    assertThat(estimator.outputTokens("m", fast)).isEqualTo(withMargin(106));
    assertThat(estimate(Visible.NONE)).isEqualTo(withMargin(6));
  }

  @Test
  void thinking_out_of_sight_is_bounded_by_what_is_told_of_it_or_by_time() {
    estimator.learnOutput("m", text(1_000), Duration.ofSeconds(10), 1_000);
    var told = new Visible(100, 0, 0, 5, 250, 9_000);
    assertThat(estimate(told)).isEqualTo(withMargin(106) + 250 + 25 + 100);
    var untold = new Cut(new Visible(100, 0, 0, 5, 0, 9_000), LONG, Duration.ofSeconds(2), 9_000);
    assertThat(estimator.outputTokens("m", untold)).isEqualTo(withMargin(106) + 450);
    assertThat(estimator.hiddenTokens("m", Duration.ofMillis(2_500))).isEqualTo(550);
    assertThat(estimator.hiddenTokens("n", Duration.ofMillis(2_500))).isEqualTo(2_550);
  }

  @Test
  void takes_untold_input_to_be_as_dense_as_the_densest() {
    assertThat(estimator.inputTokens("m", 1_000)).isEqualTo(Long.MAX_VALUE);
    estimator.learnInput("m", 4_000, 1_000);
    estimator.learnInput("m", 5_000, 1_000);
    assertThat(estimator.inputTokens("m", 1_000)).isEqualTo(253);
  }

  @Test
  void small_answers_teach_nothing() {
    estimator.learnOutput("m", text(100), LONG, CutEstimator.SAMPLE_TOKENS_MIN - 1);
    assertThat(estimate(text(1_000))).isGreaterThan(1_400);
  }

  @Test
  void reads_the_meter() {
    assertThat(Visible.parse("1,2,3,4,5,6")).isEqualTo(new Visible(1, 2, 3, 4, 5, 6));
    assertThat(Visible.parse(null).nothing()).isTrue();
  }
}
