package dev.sluice.standalone.up;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends holds past their deadline, every few seconds.
final class HoldSweep implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HoldSweep.class);
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final int HOLDS_MAX = 100;

  private final Ledger ledger;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  private HoldSweep(Ledger ledger) {
    this.ledger = ledger;
    this.thread = Thread.ofVirtual().name("sweep-holds").unstarted(this::sweepUntilClosed);
  }

  static HoldSweep start(Ledger ledger) {
    var sweep = new HoldSweep(ledger);
    sweep.thread.start();
    return sweep;
  }

  /// Returns once the ledger is no longer used.
  @Override
  public void close() throws InterruptedException {
    closing.countDown();
    thread.join();
  }

  private void sweepUntilClosed() {
    try {
      while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        sweep();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void sweep() {
    try {
      var ended = ledger.expire(HOLDS_MAX);
      if (!ended.isEmpty()) {
        LOG.atWarn().addKeyValue("holds", ended).log("holds expired, and are booked in full");
      }
    } catch (LedgerUnavailableException e) {
      LOG.atDebug().setCause(e).log("the ledger is away; the next sweep ends what is due");
    }
  }
}
