package dev.sluice.mcp.upstream.peer;

import dev.sluice.mcp.upstream.call.CallFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Whether a connection has ended, and why; the first reason stays.
public final class Lifetime {

  private final AtomicReference<Optional<CallFailure>> end =
      new AtomicReference<>(Optional.empty());
  private final CountDownLatch ended = new CountDownLatch(1);

  public void end(CallFailure why) {
    end.compareAndSet(Optional.empty(), Optional.of(why));
    ended.countDown();
  }

  public Optional<CallFailure> ended() {
    return end.get();
  }

  public Optional<CallFailure> ended(Duration wait) throws InterruptedException {
    var _ = ended.await(wait.toNanos(), TimeUnit.NANOSECONDS);
    return end.get();
  }

  /// Waits; true where the connection ended meanwhile, or the thread is to end.
  public boolean endsWithin(Duration wait) {
    try {
      return ended(wait).isPresent();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return true;
    }
  }
}
