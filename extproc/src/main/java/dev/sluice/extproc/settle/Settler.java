package dev.sluice.extproc.settle;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Settlement;
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

  /// Posts what a call cost; a call that cost nothing is released. Blocks.
  public void settle(Exchange.Hold hold, NanoUsd cost) {
    try {
      var settlement =
          cost.equals(NanoUsd.ZERO) ? ledger.release(hold.id()) : ledger.settle(hold.id(), cost);
      report(hold, settlement);
    } catch (LedgerUnavailableException _) {
      meters.lateSettlement("unavailable");
    }
  }

  public void release(Exchange.Hold hold) {
    settle(hold, NanoUsd.ZERO);
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
