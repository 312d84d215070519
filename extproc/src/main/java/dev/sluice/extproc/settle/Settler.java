package dev.sluice.extproc.settle;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Settlement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends holds. While the ledger is away it keeps what it was told, and ends them when it is back.
public final class Settler {

  private static final Logger LOG = LoggerFactory.getLogger(Settler.class);

  private final Ledger ledger;
  private final LateCharges lateCharges;
  private final Meters meters;

  public Settler(Ledger ledger, LateCharges lateCharges, Meters meters) {
    this.ledger = ledger;
    this.lateCharges = lateCharges;
    this.meters = meters;
  }

  /// Posts, once the ledger is back, what a call used that went on without a hold.
  public void charge(Exchange.Facts facts, Amounts used) {
    if (!used.equals(Amounts.ZERO)) {
      lateCharges.add(facts, used);
    }
  }

  /// Posts what a call used; a call that used nothing is released. Completes once the ledger has
  /// answered, or is away, with what this has added to what is posted: less than zero where the
  /// hold had expired and been posted in full. Never fails.
  public CompletableFuture<NanoUsd> settle(Exchange.Hold hold, Amounts used) {
    var cost = used.usd();
    var end =
        used.equals(Amounts.ZERO)
            ? ledger.release(hold.id())
            : ledger.settle(hold.id(), new Charge(used, ""));
    return end.thenApply(settlement -> added(hold, cost, settlement))
        .exceptionally(failure -> unsettled(hold, cost, failure));
  }

  public void release(Exchange.Hold hold) {
    var _ = settle(hold, Amounts.ZERO);
  }

  private NanoUsd unsettled(Exchange.Hold hold, NanoUsd cost, Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof LedgerUnavailableException) {
      meters.lateSettlement("unavailable");
      return cost; // It is posted as soon as the ledger is back.
    }
    LOG.error("hold {} could not be ended: it will expire", hold.id(), cause);
    return NanoUsd.ZERO;
  }

  private NanoUsd added(Exchange.Hold hold, NanoUsd cost, Settlement settlement) {
    return switch (settlement) {
      case Settlement.Posted(var amount) -> amount;
      case Settlement.Overrun(var amount, var excess) -> {
        meters.overrun();
        LOG.error("hold {} was overrun by {}: {} was posted", hold.id(), excess, amount);
        yield amount;
      }
      case Settlement.Corrected(var posted, var unconfirmed) -> {
        corrected(hold, cost, posted, unconfirmed);
        yield posted.minus(unconfirmed);
      }
      case Settlement.AlreadyCorrected(var posted) -> kept(hold, "corrected", posted);
      case Settlement.AlreadyEnded(var posted) -> kept(hold, "ended", posted);
      case Settlement.Unknown _ -> {
        meters.lateSettlement("unknown");
        LOG.warn("hold {} is unknown to the ledger", hold.id());
        yield NanoUsd.ZERO;
      }
      case Settlement.StillOpen _ -> throw new IllegalStateException("BUG: settled, and open");
    };
  }

  private void corrected(Exchange.Hold hold, NanoUsd cost, NanoUsd posted, NanoUsd unconfirmed) {
    meters.lateSettlement("expired");
    meters.corrected(unconfirmed);
    LOG.warn("hold {} had expired: {} is posted now, {} was", hold.id(), posted, unconfirmed);
    if (cost.moreThan(posted)) {
      meters.overrun();
      LOG.error("hold {} was overrun: it cost {}, and {} stays posted", hold.id(), cost, posted);
    }
  }

  private NanoUsd kept(Exchange.Hold hold, String why, NanoUsd posted) {
    meters.lateSettlement(why);
    LOG.warn("hold {} was {} before: {} stays posted", hold.id(), why, posted);
    return NanoUsd.ZERO;
  }
}
