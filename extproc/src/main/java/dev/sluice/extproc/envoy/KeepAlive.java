package dev.sluice.extproc.envoy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

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
  private final LongSupplier nanoTime;
  private long heardAt;
  private volatile boolean over;

  KeepAlive(Runnable ping, BooleanSupplier isWhole, Runnable end, LongSupplier nanoTime) {
    this.ping = ping;
    this.isWhole = isWhole;
    this.end = end;
    this.nanoTime = nanoTime;
    this.heardAt = nanoTime.getAsLong();
  }

  /// All three are called from another thread, at any time until the end.
  ///
  /// @param isWhole nothing of the answer is missing but its end
  /// @param end to be told in the place of who does not
  static KeepAlive start(Runnable ping, BooleanSupplier isWhole, Runnable end) {
    var alive = new KeepAlive(ping, isWhole, end, System::nanoTime);
    LATER.execute(alive::lookAgain);
    return alive;
  }

  /// Reads a part, and passes on what it comes to. Nothing else is said meanwhile: an answer that
  /// ended between the two would lose the part, and look whole.
  ///
  /// @param part true where the client has heard something of it
  synchronized void reads(BooleanSupplier part) {
    if (part.getAsBoolean()) {
      heardAt = nanoTime.getAsLong();
    }
  }

  void end() {
    over = true;
  }

  private void lookAgain() {
    if (look()) {
      LATER.execute(this::lookAgain);
    }
  }

  /// @return false where there is nothing more to look at
  synchronized boolean look() {
    if (over) {
      return false;
    }
    long silence = nanoTime.getAsLong() - heardAt;
    if (silence >= QUIET.toNanos() && isWhole.getAsBoolean()) {
      end.run();
      return false;
    }
    if (silence >= SILENCE_MAX.toNanos()) {
      ping.run();
    }
    return true;
  }
}
