package dev.sluice.wire.anthropic.estimate;

import dev.sluice.wire.anthropic.Visible;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Estimates the tokens of answers that ended before their usage came.
///
/// The provider bills what it read and generated. What is known of that is how many pieces of text
/// passed here; how many tokens those are depends on the model, so it is learned from whole
/// answers, of which the last [OutputFit#COUNT] of each kind are kept for each model:
///
/// 1. Output is taken to be as dear as the dearest of them that was not much shorter, for what was
///    seen of it, plus [#MARGIN_PERCENT].
/// 2. Thinking that is not shown leaves its signature, once it ends; its weight is learned too.
/// 3. While it goes on, the provider tells a count from time to time, [#TOLD_STEP] tokens apart,
///    and it can be a tenth off. Before the first one it is what the model writes in the time, at
///    twice the speed of the fastest answer.
/// 4. What the provider had written but had not reached us is at least one event, as large as the
///    largest one seen, or what it writes in [#FLIGHT], plus [#FRAME_TOKENS] for the start of a
///    block.
/// 5. Before anything was learned, a piece is [OutputFit#PRIOR_PIECE] tokens, and the speed is
///    [#TOKENS_PER_SECOND_MAX].
/// 6. Input that was never told is taken to be as dense as the densest request, plus the margin.
///
/// So an estimate is not below the bill unless an answer is dearer than all that were seen, and it
/// is above by the difference between the dearest sample and the cut answer.
public final class CutEstimator {

  static final int MARGIN_PERCENT = 1;
  static final long FRAME_TOKENS = 2;

  /// How long the provider goes on before it learns that nobody reads any more.
  static final Duration FLIGHT = Duration.ofMillis(60);

  /// Below it, an answer's frame outweighs its content.
  static final long SAMPLE_TOKENS_MIN = 40;

  static final long TOLD_STEP = 100;

  /// Faster than any model writes.
  static final long TOKENS_PER_SECOND_MAX = 1_000;

  /// What can come at once, out of sight.
  static final long HIDDEN_TOKENS_MIN = 50;

  /// In less time, an answer tells nothing of a model's speed.
  private static final long WRITTEN_MILLIS_MIN = 100;

  private static final double MILLIS = 1_000;
  private static final int MODELS_MAX = 1_000;

  /// An answer that was cut.
  ///
  /// @param written from the answer's first byte to its last
  /// @param taken from the request to the answer's last byte
  /// @param bodyBytes that passed
  public record Cut(Visible visible, Duration written, Duration taken, long bodyBytes) {}

  private static final OutputFit UNLEARNED = new OutputFit();

  private final ConcurrentMap<String, OutputFit> outputs = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Samples> inputs = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Samples> speeds = new ConcurrentHashMap<>();

  /// Learns from an answer that ended with its usage.
  ///
  /// @param written from the answer's first byte to its last
  public void learnOutput(String model, Visible visible, Duration written, long tokens) {
    if (visible.content() > 0 && tokens >= SAMPLE_TOKENS_MIN) {
      var fit = of(outputs, model, OutputFit::new);
      if (fit != null) {
        fit.add(visible.content(), visible.signature(), tokens);
      }
      if (written.toMillis() >= WRITTEN_MILLIS_MIN) {
        add(speeds, model, written.toMillis(), tokens);
      }
    }
  }

  /// Learns from a request whose input was told.
  ///
  /// @param bytes of its text
  public void learnInput(String model, long bytes, long tokens) {
    if (bytes > 0 && tokens >= SAMPLE_TOKENS_MIN) {
      add(inputs, model, bytes, tokens);
    }
  }

  private static void add(
      ConcurrentMap<String, Samples> all, String model, long size, long tokens) {
    var samples = of(all, model, Samples::new);
    if (samples != null) {
      samples.add(size, tokens);
    }
  }

  private static <V> @Nullable V of(
      ConcurrentMap<String, V> all, String model, Supplier<V> created) {
    return all.size() < MODELS_MAX
        ? all.computeIfAbsent(model, _ -> created.get())
        : all.get(model);
  }

  /// The output tokens of an answer that had begun.
  public long outputTokens(String model, Cut cut) {
    var visible = cut.visible();
    double content = visible.content() + visible.unpublished(cut.bodyBytes());
    double seen = seen(model, content, visible.signature());
    double tokens = withMargin(seen + inFlight(model, seen, cut));
    return FRAME_TOKENS + (long) Math.ceil(tokens) + outOfSight(model, cut);
  }

  /// The tokens that the fastest answer had in a millisecond.
  private double perMilli(String model) {
    var samples = speeds.get(model);
    double most = TOKENS_PER_SECOND_MAX / MILLIS;
    return samples == null ? most : Math.min(samples.densest(), most);
  }

  /// Where the answer's end is in sight, its own speed is known, that of what was out of sight too.
  private double inFlight(String model, double seen, Cut cut) {
    var visible = cut.visible();
    double most = perMilli(model) * FLIGHT.toMillis();
    if (visible.content() == 0) {
      return most;
    }
    double own = seen * FLIGHT.toMillis() / Math.max(cut.written().toMillis(), 1);
    double byTime = visible.open() < 0 ? Math.min(own, most) : most;
    return Math.max(seen(model, visible.largest(), 0), byTime);
  }

  private double seen(String model, double content, double signature) {
    return outputs.getOrDefault(model, UNLEARNED).tokens(content, signature);
  }

  private static double withMargin(double tokens) {
    return tokens * (100 + MARGIN_PERCENT) / 100;
  }

  private long outOfSight(String model, Cut cut) {
    long told = cut.visible().open();
    if (told < 0) {
      return 0;
    }
    long inTime = hiddenTokens(model, cut.taken());
    return told == 0 ? inTime : told + Math.ceilDiv(told, 10) + Math.min(inTime, TOLD_STEP);
  }

  /// The input tokens of a request that was never told; [Long#MAX_VALUE] before any was learned.
  public long inputTokens(String model, long bytes) {
    var samples = inputs.get(model);
    return samples == null
        ? Long.MAX_VALUE
        : (long) Math.ceil(withMargin(samples.densest() * bytes));
  }

  /// The most output tokens of an answer that was written out of sight all the while.
  public long hiddenTokens(String model, Duration taken) {
    double perMilli = Math.min(2 * perMilli(model), TOKENS_PER_SECOND_MAX / MILLIS);
    return HIDDEN_TOKENS_MIN + (long) Math.ceil(perMilli * taken.toMillis());
  }
}
