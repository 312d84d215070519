package dev.sluice.mcp.govern.hold;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException.EndWaitsException;
import dev.sluice.ledger.Settlement;
import dev.sluice.ledger.away.LateCharges;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends the holds of calls, and charges those that had none.
public final class HoldEnder {

  private static final Logger LOG = LoggerFactory.getLogger(HoldEnder.class);

  private final Ledger ledger;
  private final LateCharges late;
  private final HoldKeeper keeper;
  private final Holder holder;
  private final HoldTimes times;

  HoldEnder(Ledger ledger, LateCharges late, HoldKeeper keeper, Holder holder, HoldTimes times) {
    this.ledger = ledger;
    this.late = late;
    this.keeper = keeper;
    this.holder = holder;
    this.times = times;
  }

  /// Posts the price of a call that has run, or may have. Completes once the ledger has answered,
  /// however late, with what this has added to what is posted: less than the price where the hold
  /// had expired and been posted before. Never fails.
  public CompletableFuture<NanoUsd> charge(Holding.Ready ready, Wanted wanted) {
    return switch (ready) {
      case Holding.Free _ -> CompletableFuture.completedFuture(NanoUsd.ZERO);
      case Holding.Unledgered _ -> {
        late.add(wanted.request(holder.id(), times.lifetime()), charge(wanted));
        yield CompletableFuture.completedFuture(wanted.price());
      }
      case Holding.Held(var id) -> ended(id, ledger.settle(id, charge(wanted)));
    };
  }

  /// Gives back what a call held that was not run.
  public CompletableFuture<NanoUsd> release(Holding.Ready ready) {
    return switch (ready) {
      case Holding.Free _, Holding.Unledgered _ -> CompletableFuture.completedFuture(NanoUsd.ZERO);
      case Holding.Held(var id) -> ended(id, ledger.release(id));
    };
  }

  private static Charge charge(Wanted wanted) {
    return new Charge(Amounts.usd(wanted.price()), wanted.detail());
  }

  private CompletableFuture<NanoUsd> ended(String id, CompletableFuture<Settlement> end) {
    return end.exceptionallyCompose(HoldEnder::late)
        .whenComplete((_, _) -> keeper.remove(id))
        .thenApply(settlement -> added(id, settlement))
        .exceptionally(
            failure -> {
              // It expires, and is posted in full and recorded then.
              LOG.error("hold {} could not be ended: it will expire", id, failure);
              return NanoUsd.ZERO;
            });
  }

  private static CompletableFuture<Settlement> late(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof EndWaitsException waits
        ? waits.end()
        : CompletableFuture.failedFuture(failure);
  }

  private static NanoUsd added(String id, Settlement settlement) {
    return switch (settlement) {
      case Settlement.Posted(var amount) -> amount;
      case Settlement.Overrun(var amount, var excess) -> {
        LOG.error("BUG: hold {} was overrun by {}", id, excess);
        yield amount;
      }
      case Settlement.Corrected(var posted, var unconfirmed) -> {
        LOG.warn("hold {} had expired: {} is posted now, {} was", id, posted, unconfirmed);
        yield posted.minus(unconfirmed);
      }
      case Settlement.AlreadyCorrected _, Settlement.AlreadyEnded _, Settlement.Unknown _ -> {
        LOG.warn("hold {} had ended before: {}", id, settlement);
        yield NanoUsd.ZERO;
      }
      case Settlement.StillOpen _ -> throw new IllegalStateException("BUG: ended, and open");
    };
  }
}
