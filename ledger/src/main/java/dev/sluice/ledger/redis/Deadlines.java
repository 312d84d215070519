package dev.sluice.ledger.redis;

import dev.sluice.ledger.LedgerUnavailableException;
import io.netty.util.concurrent.EventExecutorGroup;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/// Gives up calls that are not answered in time.
///
/// All have the same time, so they end in the order in which they began; a look at the oldest ones
/// now and then costs less than a timer for each.
final class Deadlines implements AutoCloseable {

  /// How much later than asked a call may be given up, as a part of its time.
  private static final int LOOKS_PER_TIMEOUT = 20;

  private record Waiting(CompletableFuture<?> answer, long until) {}

  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final Duration timeout;
  private final Future<?> looking;

  Deadlines(Duration timeout, EventExecutorGroup threads) {
    this.timeout = timeout;
    long every = Math.max(1, timeout.toMillis() / LOOKS_PER_TIMEOUT);
    this.looking = threads.scheduleAtFixedRate(this::look, every, every, TimeUnit.MILLISECONDS);
  }

  void add(CompletableFuture<?> answer) {
    waiting.add(new Waiting(answer, System.nanoTime() + timeout.toNanos()));
  }

  private void look() {
    long now = System.nanoTime();
    for (var oldest = waiting.peek(); oldest != null; oldest = waiting.peek()) {
      if (!oldest.answer().isDone() && oldest.until() - now > 0) {
        return;
      }
      waiting.remove();
      if (!oldest.answer().isDone()) {
        oldest
            .answer()
            .completeExceptionally(
                new LedgerUnavailableException("redis: no answer within " + timeout, null));
      }
    }
  }

  @Override
  public void close() {
    looking.cancel(false);
  }
}
