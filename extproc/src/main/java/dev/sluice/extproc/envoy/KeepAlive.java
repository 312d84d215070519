package dev.sluice.extproc.envoy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// Says something to the client of a silent stream, which gives up after 300 s without a byte:
/// other providers than Anthropic are silent while they think. And ends an answer that has come
/// whole, where nobody tells that it has: a provider can forget to, and Envoy's decompressors tell
/// it in a way that gets lost (decision 12).
final class KeepAlive {

  private static final Duration SILENCE_MAX = Duration.ofSeconds(15);
  private static final Duration QUIET = Duration.ofSeconds(1);

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(QUIET.toMillis(), TimeUnit.MILLISECONDS);

  private final Runnable ping;
  private final BooleanSupplier isWhole;
  private final Runnable end;
  private volatile long heardAt = System.nanoTime();
  private volatile boolean over;

  private KeepAlive(Runnable ping, BooleanSupplier isWhole, Runnable end) {
    this.ping = ping;
    this.isWhole = isWhole;
    this.end = end;
  }

  /// All three are called from another thread, at any time until the end.
  ///
  /// @param isWhole nothing of the answer is missing but its end
  /// @param end to be told in the place of who does not
  static KeepAlive start(Runnable ping, BooleanSupplier isWhole, Runnable end) {
    var alive = new KeepAlive(ping, isWhole, end);
    LATER.execute(alive::look);
    return alive;
  }

  /// The client has heard something.
  void heard() {
    heardAt = System.nanoTime();
  }

  void end() {
    over = true;
  }

  private void look() {
    if (over) {
      return;
    }
    long silence = System.nanoTime() - heardAt;
    if (silence >= QUIET.toNanos() && isWhole.getAsBoolean()) {
      end.run();
      return;
    }
    if (silence >= SILENCE_MAX.toNanos()) {
      ping.run();
    }
    LATER.execute(this::look);
  }
}
