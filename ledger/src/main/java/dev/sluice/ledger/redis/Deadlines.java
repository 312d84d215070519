package dev.sluice.ledger.redis;

import dev.sluice.ledger.LedgerUnavailableException;
import io.netty.util.concurrent.EventExecutorGroup;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Gives up calls that are not answered in time.
///
/// All have the same time, so they end in the order in which they began; a look at the oldest ones
/// now and then costs less than a timer for each.
final class Deadlines implements AutoCloseable {

  /// How much later than asked a call may be given up, as a part of its time.
  private static final int LOOKS_PER_TIMEOUT = 20;

  private record Waiting(CompletableFuture<?> answer, Future<?> call, long until) {}

  private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
  private final Duration timeout;
  private final Function<Duration, LedgerUnavailableException> gaveUp;
  private final Future<?> looking;

  /// @param gaveUp of a call: what its caller is told
  Deadlines(
      Duration timeout,
      EventExecutorGroup threads,
      Function<Duration, LedgerUnavailableException> gaveUp) {
    this.timeout = timeout;
    this.gaveUp = gaveUp;
    long every = Math.max(1, timeout.toMillis() / LOOKS_PER_TIMEOUT);
    this.looking = threads.scheduleAtFixedRate(this::look, every, every, TimeUnit.MILLISECONDS);
  }

  /// @param call cancelled with it, so that it is not sent where that has not happened yet
  void add(CompletableFuture<?> answer, Future<?> call) {
    waiting.add(new Waiting(answer, call, System.nanoTime() + timeout.toNanos()));
  }

  private void look() {
    long now = System.nanoTime();
    for (var oldest = waiting.peek(); oldest != null; oldest = waiting.peek()) {
      if (!oldest.answer().isDone() && oldest.until() - now > 0) {
        return;
      }
      waiting.remove();
      if (!oldest.answer().isDone()) {
        oldest.answer().completeExceptionally(gaveUp.apply(timeout));
        oldest.call().cancel(false);
      }
    }
  }

  @Override
  public void close() {
    looking.cancel(false);
  }
}
