package dev.sluice.wire.anthropic.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.anthropic.Visible;
import dev.sluice.wire.anthropic.estimate.CutEstimator.Cut;
import java.time.Duration;
import java.util.SplittableRandom;
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

  /// One or two answers leave two in a hundred open.
  private static void assertNear(long estimated, long exact) {
    assertThat(estimated).isBetween(exact, exact + exact / 50 + 1);
  }

  @Test
  void is_cautious_before_anything_was_learned() {
    assertThat(estimate(text(1_000))).isEqualTo(withMargin(1_005 * OutputFit.PRIOR_PIECE));
    assertThat(estimate(signed(1_000, 400)))
        .isEqualTo(withMargin(1_005 * OutputFit.PRIOR_PIECE + 200));
  }

  @Test
  void takes_the_dearest_of_the_last_answers() {
    estimator.learnOutput("m", text(800), LONG, 1_000);
    estimator.learnOutput("m", text(1_000), LONG, 1_000);
    assertNear(estimate(text(100)), withMargin(105 * 1.25));
    for (int i = 0; i < OutputFit.COUNT; i++) {
      estimator.learnOutput("m", text(1_000), LONG, 1_000);
    }
    assertNear(estimate(text(100)), withMargin(105));
  }

  @Test
  void learns_apart_by_model() {
    estimator.learnOutput("n", text(1_000), LONG, 1_000);
    assertThat(estimate(text(1_000))).isEqualTo(withMargin(1_005 * OutputFit.PRIOR_PIECE));
  }

  @Test
  void what_one_answer_leaves_open_is_taken_to_be_dear() {
    estimator.learnOutput("m", signed(400, 400), LONG, 480);
    assertThat(estimate(signed(400, 400))).isBetween(480L, 510L);
    // 480 tokens are also 400 pieces at 1 and 400 bytes at 0.2, or 300 and 180.
    assertThat(estimate(text(1_000))).isBetween(1_080L, withMargin(1_005 * OutputFit.PRIOR_PIECE));
    assertThat(estimate(signed(10, 1_000))).isBetween(210L, withMargin(15 * 1.5 + 500));
  }

  @Test
  void few_answers_of_either_kind_tell_what_thinking_out_of_sight_weighs() {
    estimator.learnOutput("m", text(150), LONG, 160);
    estimator.learnOutput("m", signed(100, 53 + 20 * 6), LONG, 107 + 20);
    estimator.learnOutput("m", signed(120, 53 + 90 * 6), LONG, 128 + 90);
    assertThat(estimate(signed(10, 53 + 60 * 6))).isBetween(71L, 90L);
  }

  /// Answers of a model whose weights are known, up to 2 % of noise: after thirty of them, what was
  /// cut anywhere is booked with at least what it was, and at most 6 % and 10 tokens more.
  @Test
  void is_near_what_was_cut_and_not_below() {
    var random = new SplittableRandom(7);
    for (int i = 0; i < 2_000; i++) {
      long content = 40 + random.nextInt(200);
      long thought = random.nextBoolean() ? 20 + random.nextInt(80) : 0;
      long signature = thought == 0 ? 0 : 53 + thought * 13 / 2;
      double noise = 0.98 + random.nextDouble() * 0.04;
      long cutAt = 1 + random.nextLong(content);
      double cut = noise * 1.05 * cutAt + thought;
      long all = Math.round(noise * 1.05 * content + thought);
      if (i > 30) {
        long estimated = estimate(thought == 0 ? text(cutAt) : signed(cutAt, signature));
        assertThat(estimated - withMargin(5)).isBetween((long) cut, (long) (cut * 1.06 + 10));
      }
      estimator.learnOutput(
          "m", thought == 0 ? text(content) : signed(content, signature), LONG, all);
    }
  }

  @Test
  void short_answers_do_not_make_long_ones_dear() {
    estimator.learnOutput("m", text(50), LONG, 60);
    for (int i = 0; i < 10; i++) {
      estimator.learnOutput("m", text(1_000), LONG, 1_000);
    }
    assertThat(estimate(text(500))).isBetween(505L, 530L);
    assertThat(estimate(text(40))).isBetween(53L, 60L);
  }

  @Test
  void adds_what_passed_since_the_sizes_were_published() {
    for (int i = 0; i < 2; i++) {
      estimator.learnOutput("m", text(1_000), LONG, 1_000);
    }
    var cut = new Cut(text(160), LONG, LONG, 160 * 25 + 50);
    assertNear(estimator.outputTokens("m", cut), withMargin(165 + 3));
    var much = new Cut(text(160), LONG, LONG, 160 * 25 + 9_000);
    assertNear(estimator.outputTokens("m", much), withMargin(165 + 10));
  }

  @Test
  void adds_what_was_in_flight() {
    var fast = new Cut(text(100), Duration.ofMillis(200), LONG, 2_500);
    assertThat(estimator.outputTokens("m", fast))
        .isEqualTo(withMargin(130 * OutputFit.PRIOR_PIECE));
    var signed = new Cut(signed(100, 100), Duration.ofSeconds(1), LONG, 2_500);
    assertThat(estimator.outputTokens("m", signed))
        .isEqualTo(withMargin((100 * OutputFit.PRIOR_PIECE + 50) * 1.06));
    estimator.learnOutput("m", text(1_000), Duration.ofSeconds(10), 1_000);
    assertNear(estimator.outputTokens("m", fast), withMargin(106));
    assertThat(estimate(Visible.NONE)).isEqualTo(withMargin(6));
  }

  @Test
  void thinking_out_of_sight_is_bounded_by_what_is_told_of_it_or_by_time() {
    estimator.learnOutput("m", text(1_000), Duration.ofSeconds(10), 1_000);
    var told = new Visible(100, 0, 0, 5, 250, 9_000);
    assertNear(estimate(told), withMargin(106) + 250 + 25 + 100);
    var untold = new Cut(new Visible(100, 0, 0, 5, 0, 9_000), LONG, Duration.ofSeconds(2), 9_000);
    assertNear(estimator.outputTokens("m", untold), withMargin(106) + 450);
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
