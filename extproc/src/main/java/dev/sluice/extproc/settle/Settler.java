package dev.sluice.extproc.settle;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Settlement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends holds. While the ledger is away it keeps what it was told, and ends them when it is back.
public final class Settler {

  private static final Logger LOG = LoggerFactory.getLogger(Settler.class);

  private final Ledger ledger;
  private final Meters meters;

  public Settler(Ledger ledger, Meters meters) {
    this.ledger = ledger;
    this.meters = meters;
  }

  /// Posts what a call cost; a call that cost nothing is released. Completes once the ledger has
  /// answered, or is away; never fails.
  public CompletableFuture<Void> settle(Exchange.Hold hold, NanoUsd cost) {
    var end =
        cost.equals(NanoUsd.ZERO) ? ledger.release(hold.id()) : ledger.settle(hold.id(), cost);
    return end.thenAccept(settlement -> report(hold, settlement))
        .exceptionally(failure -> unsettled(hold, failure));
  }

  public void release(Exchange.Hold hold) {
    var _ = settle(hold, NanoUsd.ZERO);
  }

  private @Nullable Void unsettled(Exchange.Hold hold, Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof LedgerUnavailableException) {
      meters.lateSettlement("unavailable");
    } else {
      LOG.error("hold {} could not be ended: it will expire", hold.id(), cause);
    }
    return null;
  }

  private void report(Exchange.Hold hold, Settlement settlement) {
    switch (settlement) {
      case Settlement.Posted _ -> {
        // As it should be.
      }
      case Settlement.Overrun(var amount, var excess) -> {
        meters.overrun();
        LOG.error("hold {} was overrun by {}: {} was posted", hold.id(), excess, amount);
      }
      case Settlement.AlreadyExpired(var posted) -> {
        meters.lateSettlement("expired");
        LOG.warn("hold {} had expired: {} stays posted", hold.id(), posted);
      }
      case Settlement.AlreadyEnded(var posted) -> {
        meters.lateSettlement("ended");
        LOG.warn("hold {} had ended otherwise: {} stays posted", hold.id(), posted);
      }
      case Settlement.Unknown _ -> {
        meters.lateSettlement("unknown");
        LOG.warn("hold {} is unknown to the ledger", hold.id());
      }
    }
  }
}
