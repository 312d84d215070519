package dev.sluice.extproc.reserve;

import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.ledger.away.LedgerHealth;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets requests go on without a hold while the ledger is away, where the key's root team says so.
/// They do not wait for it either, but for one now and then that finds out whether it is back.
public final class Unledgered {

  private static final Logger LOG = LoggerFactory.getLogger(Unledgered.class);

  private final LedgerHealth health;
  private final Meters meters;

  public Unledgered(LedgerHealth health, Meters meters) {
    this.health = health;
    this.meters = meters;
  }

  /// Whether the request goes on without asking the ledger.
  public boolean goesOn(Exchange.Facts facts) {
    return isAllowed(facts) && health.isToBeAvoided();
  }

  /// Whether it goes on after all, although no hold could be had.
  public boolean goesOn(Exchange.Facts facts, Throwable failure) {
    var refused = Refused.in(failure);
    return isAllowed(facts)
        && refused != null
        && refused.refusal() instanceof Refusal.LedgerUnavailable;
  }

  private static boolean isAllowed(Exchange.Facts facts) {
    return facts.key().whenLedgerAway() == LedgerAway.ALLOW;
  }

  public void start(Exchange exchange) {
    exchange.goUnledgered();
    meters.unledgered();
    LOG.warn("request {} goes on without a hold", exchange.facts().requestId());
  }
}
