package dev.sluice.extproc.reserve;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reply.Refused;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Waits a moment for what only requests in flight hold: most of it is free again as soon as they
/// end. Whoever waits in vain is told to come again.
public final class BusyWait {

  private static final Duration WAIT_MAX = Duration.ofSeconds(1);
  private static final Duration PAUSE_FIRST = Duration.ofMillis(10);
  private static final Duration PAUSE_MAX = Duration.ofMillis(160);

  /// How many requests wait at once; more are told at once.
  private static final int WAITING_MAX = 1_000;

  private final Reserver reserver;
  private final AtomicInteger waiting = new AtomicInteger();

  public BusyWait(Reserver reserver) {
    this.reserver = reserver;
  }

  /// Takes the hold. Fails with [Refused] where none can be had.
  public CompletableFuture<Reserver.Reserved> reserve(Exchange.Facts facts, Bounded bounded) {
    return reserver
        .reserve(facts, bounded)
        .exceptionallyCompose(
            failure -> isBusy(failure) ? queue(facts, bounded, failure) : failed(failure));
  }

  private CompletableFuture<Reserver.Reserved> queue(
      Exchange.Facts facts, Bounded bounded, Throwable failure) {
    if (waiting.incrementAndGet() > WAITING_MAX) {
      waiting.decrementAndGet();
      return failed(failure);
    }
    long giveUpAt = System.nanoTime() + WAIT_MAX.toNanos();
    return again(facts, bounded, PAUSE_FIRST, giveUpAt)
        .whenComplete((_, _) -> waiting.decrementAndGet());
  }

  private CompletableFuture<Reserver.Reserved> again(
      Exchange.Facts facts, Bounded bounded, Duration pause, long giveUpAt) {
    var later = CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS);
    return CompletableFuture.completedFuture(facts)
        .thenComposeAsync(asked -> reserver.reserve(asked, bounded), later)
        .exceptionallyCompose(
            failure ->
                isBusy(failure) && System.nanoTime() - giveUpAt < 0
                    ? again(facts, bounded, longer(pause), giveUpAt)
                    : failed(failure));
  }

  private static Duration longer(Duration pause) {
    var twice = pause.multipliedBy(2);
    return twice.compareTo(PAUSE_MAX) < 0 ? twice : PAUSE_MAX;
  }

  static boolean isBusy(Throwable failure) {
    var refused = Refused.in(failure);
    return refused != null
        && switch (refused.refusal()) {
          case Refusal.BudgetBusy _, Refusal.RateBusy _ -> true;
          default -> false;
        };
  }

  private static CompletableFuture<Reserver.Reserved> failed(Throwable failure) {
    return CompletableFuture.failedFuture(failure);
  }
}
