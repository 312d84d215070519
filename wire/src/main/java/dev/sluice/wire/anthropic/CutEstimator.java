package dev.sluice.wire.anthropic;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/// Estimates the tokens of answers that ended before their usage came.
///
/// The provider bills what it read and generated. What is known of that is how many bytes passed
/// here; how many tokens those are depends on the model and on what it writes, so it is learned
/// from whole answers, of which the last [Samples#COUNT] are kept for each model:
///
/// 1. Output is taken to be as dense as the densest of them, plus [#MARGIN_PERCENT].
/// 2. Thinking that is not shown leaves only its signature. There the content and the signature are
///    fitted apart, and the largest error of the fit is added.
/// 3. What the provider had written but had not reached us is at least one event, as large as the
///    largest one seen, or what it writes in [#FLIGHT], plus [#FRAME_TOKENS] for the start of a
///    block.
/// 4. Before anything was learned, [#PRIOR_BYTES_PER_TOKEN] bytes are a token, which is denser than
///    text and code are.
/// 5. Input that was never told is taken to be as dense as the densest request, plus the margin.
///
/// So an estimate is not below the bill unless an answer is denser than all that were seen, and it
/// is above by the difference between the densest sample and the cut answer.
public final class CutEstimator {

  static final int MARGIN_PERCENT = 2;
  static final long FRAME_TOKENS = 2;
  static final long PRIOR_BYTES_PER_TOKEN = 2;

  /// How long the provider goes on before it learns that nobody reads any more.
  static final Duration FLIGHT = Duration.ofMillis(60);

  /// What the fastest model writes in that time: a thousand tokens of four bytes a second.
  static final long FLIGHT_BYTES_MAX = 240;

  /// Below it, an answer's frame outweighs its content.
  static final long SAMPLE_BYTES_MIN = 200;

  /// Faster than any model writes; bounds what could have been thought out of sight.
  static final long HIDDEN_TOKENS_PER_SECOND_MAX = 1_000;

  static final long HIDDEN_TOKENS_MIN = 1_000;

  private static final int MODELS_MAX = 1_000;

  private record Key(String model, boolean thinkingHidden) {
    static Key of(String model, VisibleBytes visible) {
      return new Key(model, visible.thinkingHidden());
    }
  }

  private final ConcurrentMap<Key, Samples> outputs = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, Samples> inputs = new ConcurrentHashMap<>();

  /// Learns from an answer that ended with its usage.
  public void learnOutput(String model, VisibleBytes visible, long tokens) {
    if (visible.weighed() >= SAMPLE_BYTES_MIN && tokens > 0) {
      var hidden = visible.thinkingHidden() ? visible.signature() : 0;
      add(outputs, Key.of(model, visible), visible.content(), hidden, tokens);
    }
  }

  /// Learns from a request whose input was told.
  ///
  /// @param bytes of its text
  public void learnInput(String model, long bytes, long tokens) {
    if (bytes >= SAMPLE_BYTES_MIN && tokens > 0) {
      add(inputs, model, bytes, 0, tokens);
    }
  }

  private static <K> void add(
      ConcurrentMap<K, Samples> all, K key, long content, long hidden, long tokens) {
    var samples =
        all.size() < MODELS_MAX ? all.computeIfAbsent(key, _ -> new Samples()) : all.get(key);
    if (samples != null) {
      samples.add(content, hidden, tokens);
    }
  }

  /// The output tokens of an answer of which something was visible.
  ///
  /// @param written from the answer's first byte to its last
  public long outputTokens(String model, VisibleBytes visible, Duration written) {
    var samples = outputs.get(Key.of(model, visible));
    return FRAME_TOKENS + (long) Math.ceil(output(samples, visible, inFlight(visible, written)));
  }

  private static long inFlight(VisibleBytes visible, Duration written) {
    long inTime = written.isZero() ? 0 : visible.weighed() * FLIGHT.toMillis() / written.toMillis();
    return Math.max(visible.largest(), Math.min(inTime, FLIGHT_BYTES_MAX));
  }

  private static double output(@Nullable Samples samples, VisibleBytes visible, long inFlight) {
    if (samples == null) {
      return (double) (visible.weighed() + inFlight) / PRIOR_BYTES_PER_TOKEN;
    }
    double fitted =
        visible.thinkingHidden()
            ? samples.fitted(visible.content() + inFlight, visible.signature())
            : Double.NaN;
    double tokens =
        Double.isNaN(fitted) ? samples.densest() * (visible.weighed() + inFlight) : fitted;
    return tokens * (100 + MARGIN_PERCENT) / 100;
  }

  /// The input tokens of a request that was never told; [Long#MAX_VALUE] before any was learned.
  public long inputTokens(String model, long bytes) {
    var samples = inputs.get(model);
    return samples == null
        ? Long.MAX_VALUE
        : (long) Math.ceil(samples.densest() * bytes * (100 + MARGIN_PERCENT) / 100);
  }

  /// The most output tokens of an answer that was written out of sight all the while.
  public static long hiddenTokens(Duration written) {
    return HIDDEN_TOKENS_MIN
        + Math.ceilDiv(HIDDEN_TOKENS_PER_SECOND_MAX * written.toMillis(), 1_000);
  }
}
