package dev.sluice.extproc.settle;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.HoldNote;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException.EndWaitsException;
import dev.sluice.ledger.Settlement;
import dev.sluice.ledger.away.LateCharges;
import java.time.Duration;
import java.util.Optional;
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
  private final Duration lifetime;

  /// @param lifetime of the hold that a late charge is for a moment
  public Settler(Ledger ledger, LateCharges lateCharges, Meters meters, Duration lifetime) {
    this.ledger = ledger;
    this.lateCharges = lateCharges;
    this.meters = meters;
    this.lifetime = lifetime;
  }

  /// Posts, once the ledger is back, what a call used that went on without a hold.
  public void charge(Exchange.Facts facts, Amounts used) {
    if (!used.equals(Amounts.ZERO)) {
      lateCharges.add(late(facts, used), new Charge(used, ""));
    }
  }

  private HoldRequest late(Exchange.Facts facts, Amounts used) {
    return new HoldRequest(
        facts.holdName() + ".unledgered",
        facts.route().limits(),
        used,
        used,
        HoldNote.of(facts).text(),
        lifetime);
  }

  /// Posts what a call used; a call that used nothing is released. Completes once the ledger has
  /// answered, however late, with what this has added to what is posted: less than zero where the
  /// hold had expired and been posted in full. Never fails.
  public CompletableFuture<NanoUsd> settle(Exchange.Hold hold, Amounts used) {
    var cost = used.usd();
    var end =
        used.equals(Amounts.ZERO)
            ? ledger.release(hold.id())
            : ledger.settle(hold.id(), new Charge(used, ""));
    return end.exceptionallyCompose(this::late)
        .thenApply(settlement -> added(hold.id(), cost, settlement))
        .exceptionally(failure -> unsettled(hold.id(), failure));
  }

  private CompletableFuture<Settlement> late(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof EndWaitsException waits) {
      meters.lateSettlement("unavailable");
      return waits.end();
    }
    return CompletableFuture.failedFuture(failure);
  }

  public void release(Exchange.Hold hold) {
    var _ = settle(hold, Amounts.ZERO);
  }

  /// Posts what evidence says that a hold of another gateway paid for. Completes with what this has
  /// added to what is posted; empty where somebody was told so before, or it failed. Never fails.
  public CompletableFuture<Optional<NanoUsd>> confirm(String holdId, Amounts used) {
    return ledger
        .confirm(holdId, new Charge(used, ""))
        .exceptionallyCompose(this::late)
        .thenApply(
            settlement -> {
              var added = added(holdId, used.usd(), settlement);
              return isFirst(settlement) ? Optional.of(added) : Optional.<NanoUsd>empty();
            })
        .exceptionally(
            failure -> {
              unsettled(holdId, failure);
              return Optional.empty();
            });
  }

  private static boolean isFirst(Settlement settlement) {
    return switch (settlement) {
      case Settlement.Posted _, Settlement.Overrun _, Settlement.Corrected _ -> true;
      case Settlement.AlreadyCorrected _,
          Settlement.AlreadyEnded _,
          Settlement.Unknown _,
          Settlement.StillOpen _ ->
          false;
    };
  }

  /// It expires, and is posted in full and recorded then.
  private NanoUsd unsettled(String holdId, Throwable failure) {
    meters.lateSettlement("dropped");
    LOG.error("hold {} could not be ended: it will expire", holdId, failure);
    return NanoUsd.ZERO;
  }

  private NanoUsd added(String holdId, NanoUsd cost, Settlement settlement) {
    return switch (settlement) {
      case Settlement.Posted(var amount) -> amount;
      case Settlement.Overrun(var amount, var excess) -> {
        meters.overrun();
        LOG.error("hold {} was overrun by {}: {} was posted", holdId, excess, amount);
        yield amount;
      }
      case Settlement.Corrected(var posted, var unconfirmed) -> {
        corrected(holdId, cost, posted, unconfirmed);
        yield posted.minus(unconfirmed);
      }
      case Settlement.AlreadyCorrected(var posted) -> kept(holdId, "corrected", posted);
      case Settlement.AlreadyEnded(var posted) -> kept(holdId, "ended", posted);
      case Settlement.Unknown _ -> {
        meters.lateSettlement("unknown");
        LOG.warn("hold {} is unknown to the ledger", holdId);
        yield NanoUsd.ZERO;
      }
      case Settlement.StillOpen _ -> throw new IllegalStateException("BUG: settled, and open");
    };
  }

  private void corrected(String holdId, NanoUsd cost, NanoUsd posted, NanoUsd unconfirmed) {
    meters.lateSettlement("expired");
    meters.corrected(unconfirmed);
    LOG.warn("hold {} had expired: {} is posted now, {} was", holdId, posted, unconfirmed);
    if (cost.moreThan(posted)) {
      meters.overrun();
      LOG.error("hold {} was overrun: it cost {}, and {} stays posted", holdId, cost, posted);
    }
  }

  private NanoUsd kept(String holdId, String why, NanoUsd posted) {
    meters.lateSettlement(why);
    LOG.warn("hold {} was {} before: {} stays posted", holdId, why, posted);
    return NanoUsd.ZERO;
  }
}
