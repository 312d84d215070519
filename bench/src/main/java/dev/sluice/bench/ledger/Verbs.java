package dev.sluice.bench.ledger;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Reservation;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Calls the ledger, many at once and without waiting threads, as the gateway does.
record Verbs(Ledger ledger) {

  static String newId() {
    return UUID.randomUUID().toString();
  }

  CompletableFuture<String> reserve(SixLevels levels) {
    var id = newId();
    return ledger
        .reserve(levels.hold(id))
        .thenApply(
            answer -> {
              if (answer instanceof Reservation.Granted) {
                return id;
              }
              throw new IllegalStateException("reserve: " + answer + " (expected: granted)");
            });
  }

  CompletableFuture<?> settle(String id) {
    return ledger.settle(id, SixLevels.COST);
  }

  CompletableFuture<?> pair(SixLevels levels) {
    return reserve(levels).thenCompose(this::settle);
  }

  /// Makes all calls, at most so many at once, and waits for their ends.
  static void all(int calls, int atOnce, IntFunction<CompletableFuture<?>> call) {
    var places = new Semaphore(atOnce);
    var failure = new AtomicReference<@Nullable Throwable>();
    for (int i = 0; i < calls; i++) {
      places.acquireUninterruptibly();
      call.apply(i)
          .whenComplete(
              (_, failed) -> {
                if (failed != null) {
                  failure.set(failed);
                }
                places.release();
              });
    }
    places.acquireUninterruptibly(atOnce);
    var failed = failure.get();
    if (failed != null) {
      throw new IllegalStateException("a call failed", failed);
    }
  }

  static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a call failed", e);
    }
  }
}
