package dev.sluice.extproc.envoy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Says something to the client of a silent stream, which gives up after 300 s without a byte:
/// other providers than Anthropic are silent while they think.
final class KeepAlive {

  private static final Duration SILENCE_MAX = Duration.ofSeconds(15);
  private static final long LOOKED_EVERY_SECONDS = 5;

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(LOOKED_EVERY_SECONDS, TimeUnit.SECONDS);

  private final Runnable ping;
  private volatile long heardAt = System.nanoTime();
  private volatile boolean over;

  private KeepAlive(Runnable ping) {
    this.ping = ping;
  }

  /// @param ping is called from another thread, at any time until the end
  static KeepAlive start(Runnable ping) {
    var alive = new KeepAlive(ping);
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
    if (System.nanoTime() - heardAt >= SILENCE_MAX.toNanos()) {
      ping.run();
    }
    LATER.execute(this::look);
  }
}
