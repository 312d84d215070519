package dev.sluice.extproc.reserve;

import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.ledger.away.BusyWait;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Takes holds, and waits a moment for what only requests in flight hold. Whoever waits in vain is
/// told to come again.
public final class PatientReserver {

  private final Reserver reserver;
  private final BusyWait busyWait = new BusyWait();

  public PatientReserver(Reserver reserver) {
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
    if (!busyWait.enter()) {
      return failed(failure);
    }
    return again(facts, bounded, BusyWait.Try.first(BusyWait.WAIT_MAX))
        .whenComplete((_, _) -> busyWait.leave());
  }

  private CompletableFuture<Reserver.Reserved> again(
      Exchange.Facts facts, Bounded bounded, BusyWait.Try next) {
    var later = CompletableFuture.delayedExecutor(next.pause().toMillis(), TimeUnit.MILLISECONDS);
    return CompletableFuture.completedFuture(facts)
        .thenComposeAsync(asked -> reserver.reserve(asked, bounded), later)
        .exceptionallyCompose(
            failure ->
                isBusy(failure) && !next.isLast()
                    ? again(facts, bounded, next.next())
                    : failed(failure));
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
