package dev.sluice.wire.anthropic;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Estimates the output of answers that ended before their usage came.
///
/// The provider bills what it generated. What is known of that is how many bytes passed here; how
/// many tokens those are depends on the model and on what it writes, so it is learned:
///
/// 1. Each whole answer tells how many tokens its bytes were. The last [#SAMPLES] of a model are
///    kept, apart by whether its thinking was shown.
/// 2. A cut answer is taken to be as dense as the densest of them, plus [#MARGIN_PERCENT].
/// 3. What the provider had written but had not reached us is at most one event: as much as the
///    largest one seen, plus [#FRAME_TOKENS] for the start of a block.
/// 4. Before anything was learned, [#PRIOR_BYTES_PER_TOKEN] bytes are a token, which is denser than
///    text and code are.
///
/// So the estimate is never below what was billed unless an answer is denser than all that were
/// seen, and the error is that of the densest sample against the cut answer, on the output only.
public final class CutEstimator {

  static final int SAMPLES = 32;
  static final int MARGIN_PERCENT = 2;
  static final long FRAME_TOKENS = 8;
  static final long PRIOR_BYTES_PER_TOKEN = 2;

  /// Below it, an answer's frame outweighs its content.
  static final long SAMPLE_BYTES_MIN = 200;

  /// Faster than any model writes; bounds what could have been thought out of sight.
  static final long HIDDEN_TOKENS_PER_SECOND_MAX = 1_000;

  static final long HIDDEN_TOKENS_MIN = 1_000;

  private static final int MODELS_MAX = 1_000;

  private final ConcurrentMap<Key, Densities> models = new ConcurrentHashMap<>();

  /// Learns from an answer that ended with its usage.
  public void learn(String model, VisibleBytes visible, long outputTokens) {
    if (visible.weighed() < SAMPLE_BYTES_MIN || outputTokens == 0) {
      return;
    }
    var key = Key.of(model, visible);
    var densities =
        models.size() < MODELS_MAX
            ? models.computeIfAbsent(key, _ -> new Densities())
            : models.get(key);
    if (densities != null) {
      densities.add((double) outputTokens / visible.weighed());
    }
  }

  /// The output tokens of an answer of which something was visible.
  public long outputTokens(String model, VisibleBytes visible) {
    var densities = models.get(Key.of(model, visible));
    double density =
        densities == null
            ? 1.0 / PRIOR_BYTES_PER_TOKEN
            : densities.highest() * (100 + MARGIN_PERCENT) / 100;
    return FRAME_TOKENS + (long) Math.ceil(density * (visible.weighed() + visible.largest()));
  }

  /// The most output tokens of an answer that thought out of sight all the while.
  public static long hiddenTokens(Duration thought) {
    return HIDDEN_TOKENS_MIN
        + Math.ceilDiv(HIDDEN_TOKENS_PER_SECOND_MAX * thought.toMillis(), 1_000);
  }

  private record Key(String model, boolean thinkingHidden) {
    static Key of(String model, VisibleBytes visible) {
      return new Key(model, visible.thinking() == 0 && visible.signature() > 0);
    }
  }

  /// The last densities, in tokens a byte.
  private static final class Densities {

    private final double[] ring = new double[SAMPLES];
    private int next;

    synchronized void add(double density) {
      ring[next] = density;
      next = (next + 1) % SAMPLES;
    }

    synchronized double highest() {
      double highest = 0;
      for (double density : ring) {
        highest = Math.max(highest, density);
      }
      return highest;
    }
  }
}
