package dev.sluice.extproc.settle;

import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Exchanges;
import dev.sluice.extproc.usage.UsageWriter;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renews the holds of exchanges in flight, and ends what nobody else ends: holds past their
/// deadline, and exchanges that Envoy forgot.
public final class HoldReaper implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HoldReaper.class);

  /// How often, how many, and how old.
  ///
  /// @param holdsMax in one call
  /// @param holdLifetime from one renewal of a hold to its deadline: several times `every`
  /// @param exchangeMax how long an exchange can last
  public record Schedule(
      Duration every, int holdsMax, Duration holdLifetime, Duration exchangeMax) {}

  private final Schedule schedule;
  private final Ledger ledger;
  private final Exchanges exchanges;
  private final UsageWriter usage;
  private final Consumer<Exchange> forgotten;
  private final InstantSource clock;
  private final Thread thread;

  private HoldReaper(
      Schedule schedule,
      Ledger ledger,
      Exchanges exchanges,
      UsageWriter usage,
      Consumer<Exchange> forgotten,
      InstantSource clock) {
    this.schedule = schedule;
    this.ledger = ledger;
    this.exchanges = exchanges;
    this.usage = usage;
    this.forgotten = forgotten;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("hold-reaper").unstarted(this::run);
  }

  public static HoldReaper start(
      Schedule schedule,
      Ledger ledger,
      Exchanges exchanges,
      UsageWriter usage,
      Consumer<Exchange> forgotten,
      InstantSource clock) {
    var reaper = new HoldReaper(schedule, ledger, exchanges, usage, forgotten, clock);
    reaper.thread.start();
    return reaper;
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(schedule.every());
        reap();
      }
    } catch (InterruptedException _) {
      LOG.debug("closed");
    }
  }

  private void reap() {
    try {
      forget();
      // Renewed first: after a long pause none of one's own is taken for dead.
      renew();
      expire();
    } catch (LedgerUnavailableException e) {
      LOG.debug("holds are expired once the ledger is back", e);
    } catch (RuntimeException e) {
      LOG.error("holds could not be expired", e);
    }
  }

  private void forget() {
    var lost = exchanges.forget(clock.instant(), schedule.exchangeMax());
    if (!lost.isEmpty()) {
      LOG.warn("the end of {} exchanges was never told", lost.size());
    }
    lost.forEach(forgotten);
  }

  private void renew() {
    try {
      ledger.heartbeat(exchanges.holdIds(), schedule.holdLifetime()).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  private void expire() {
    int some;
    do {
      var expired = ledger.expire(schedule.holdsMax());
      record(expired);
      some = expired.size();
    } while (some >= schedule.holdsMax());
  }

  /// Records holds that have expired.
  public void record(List<ExpiredHold> expired) {
    expired.forEach(usage::writeExpired);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
