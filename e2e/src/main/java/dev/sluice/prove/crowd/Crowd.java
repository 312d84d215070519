package dev.sluice.prove.crowd;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// All developers at once, every second one at each gateway.
public final class Crowd implements AutoCloseable {

  /// After the patience, for the answers that are on their way.
  private static final Duration READ_WITHIN = Duration.ofSeconds(60);

  private static final int SPREAD_STEPS = 50;

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final long deadline;
  private final List<Future<End>> ends;

  private Crowd(List<Ask> asks, Lane first, Lane second, Duration patience) {
    deadline = System.nanoTime() + patience.toNanos();
    ends =
        asks.stream()
            .map(
                ask ->
                    ask.number() % 2 == 0
                        ? threads.submit(() -> live(ask, first, second))
                        : threads.submit(() -> live(ask, second, first)))
            .toList();
  }

  public static Crowd start(List<Ask> asks, Lane first, Lane second, Duration patience) {
    return new Crowd(asks, first, second, patience);
  }

  /// Sends a request until it has an end.
  private End live(Ask ask, Lane own, Lane other) throws InterruptedException {
    var lane = own;
    while (true) {
      switch (lane.attempt(ask)) {
        case Attempt.Over(var end) -> {
          return end;
        }
        case Attempt.Later(var pause) -> Thread.sleep(spread(pause, ask));
        case Attempt.Elsewhere(var pause) -> {
          lane = lane == own ? other : own;
          Thread.sleep(spread(pause, ask));
        }
      }
      if (System.nanoTime() > deadline) {
        return new End.GaveUp(ask);
      }
    }
  }

  /// As Claude Code does, so that not all come back at once: up to a quarter more than was told.
  private static Duration spread(Duration pause, Ask ask) {
    return pause.plus(pause.multipliedBy(ask.number() % SPREAD_STEPS).dividedBy(4L * SPREAD_STEPS));
  }

  /// Waits for the end of each.
  public List<End> join() throws InterruptedException {
    return ends.stream().map(this::end).toList();
  }

  private End end(Future<End> future) {
    var left = deadline + READ_WITHIN.toNanos() - System.nanoTime();
    try {
      return future.get(left, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a request failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new IllegalStateException("an answer did not end in time", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
