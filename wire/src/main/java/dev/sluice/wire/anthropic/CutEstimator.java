package dev.sluice.wire.anthropic;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Estimates the tokens of answers that ended before their usage came.
///
/// The provider bills what it read and generated. What is known of that is how many pieces of text
/// passed here; how many tokens those are depends on the model, so it is learned from whole
/// answers, of which the last [Samples#COUNT] are kept for each model:
///
/// 1. Output is taken to be as dear as the dearest of them, for what was seen of it, plus
///    [#MARGIN_PERCENT].
/// 2. Thinking that is not shown leaves its signature, once it ends; its weight is learned too.
/// 3. While it goes on, the provider tells a count from time to time, [#TOLD_STEP] tokens apart,
///    and it can be a tenth off. Before the first one it is what the model writes in the time, at
///    twice the speed of the fastest answer.
/// 4. What the provider had written but had not reached us is at least one event, as large as the
///    largest one seen, or what it writes in [#FLIGHT], plus [#FRAME_TOKENS] for the start of a
///    block.
/// 5. Before anything was learned, a piece is [#PRIOR_TOKENS], which no model is known to exceed,
///    and the speed is [#TOKENS_PER_SECOND_MAX].
/// 6. Input that was never told is taken to be as dense as the densest request, plus the margin.
///
/// So an estimate is not below the bill unless an answer is dearer than all that were seen, and it
/// is above by the difference between the dearest sample and the cut answer.
public final class CutEstimator {

  static final int MARGIN_PERCENT = 1;
  static final long FRAME_TOKENS = 2;
  static final double PRIOR_TOKENS = 1.5;

  /// The bytes of a signature that carry a token of thinking, where nothing was learned.
  static final double PRIOR_SIGNATURE_BYTES = 2;

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

  private record Key(String model, boolean signed) {
    static Key of(String model, Visible visible) {
      return new Key(model, visible.signature() > 0);
    }
  }

  private final ConcurrentMap<Key, Samples> outputs = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Samples> inputs = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Samples> speeds = new ConcurrentHashMap<>();

  /// Learns from an answer that ended with its usage.
  ///
  /// @param written from the answer's first byte to its last
  public void learnOutput(String model, Visible visible, Duration written, long tokens) {
    if (visible.content() > 0 && tokens >= SAMPLE_TOKENS_MIN) {
      add(outputs, Key.of(model, visible), visible.content(), visible.signature(), tokens);
      if (written.toMillis() >= WRITTEN_MILLIS_MIN) {
        add(speeds, model, written.toMillis(), 0, tokens);
      }
    }
  }

  /// Learns from a request whose input was told.
  ///
  /// @param bytes of its text
  public void learnInput(String model, long bytes, long tokens) {
    if (bytes > 0 && tokens >= SAMPLE_TOKENS_MIN) {
      add(inputs, model, bytes, 0, tokens);
    }
  }

  private static <K> void add(
      ConcurrentMap<K, Samples> all, K key, long content, long signature, long tokens) {
    var samples =
        all.size() < MODELS_MAX ? all.computeIfAbsent(key, _ -> new Samples()) : all.get(key);
    if (samples != null) {
      samples.add(content, signature, tokens);
    }
  }

  /// The output tokens of an answer that had begun.
  public long outputTokens(String model, Cut cut) {
    var visible = cut.visible();
    double content = visible.content() + visible.unpublished(cut.bodyBytes());
    double seen = seen(model, visible, content);
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
    return Math.max(unsigned(model, visible.largest()), byTime);
  }

  private double seen(String model, Visible visible, double content) {
    double signature = visible.signature();
    return signature > 0 ? signed(model, content, signature) : unsigned(model, content);
  }

  private static double withMargin(double tokens) {
    return tokens * (100 + MARGIN_PERCENT) / 100;
  }

  private double signed(String model, double content, double signature) {
    var samples = outputs.get(new Key(model, true));
    double fitted = samples == null ? Double.NaN : samples.fitted(content, signature);
    return Double.isNaN(fitted)
        ? unsigned(model, content) + signature / PRIOR_SIGNATURE_BYTES
        : fitted;
  }

  private double unsigned(String model, double content) {
    var samples = outputs.get(new Key(model, false));
    if (samples != null) {
      return samples.densest() * content;
    }
    var signed = outputs.get(new Key(model, true));
    double fitted = signed == null ? Double.NaN : signed.fitted(content, 0);
    return Double.isNaN(fitted) ? content * PRIOR_TOKENS : fitted;
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
