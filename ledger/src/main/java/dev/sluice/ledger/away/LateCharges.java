package dev.sluice.ledger.away;

import dev.sluice.ledger.Charge;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What requests cost that went on without a hold, to be posted as soon as the ledger is back.
///
/// A charge that is delivered twice is harmless, since it is idempotent by its id. What is not
/// delivered when the process ends is in the usage records alone.
public final class LateCharges implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LateCharges.class);

  /// Beyond it charges are dropped: logged, counted, and in the usage records alone.
  private static final int WAITING_MAX = 20_000;

  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private record Late(HoldRequest request, Charge charge) {}

  private final BlockingQueue<Late> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Ledger ledger;
  private final LedgerHealth health;
  private final Runnable dropped;
  private final Thread deliverer;

  /// @param dropped called for each charge that is lost
  public LateCharges(Ledger ledger, LedgerHealth health, Runnable dropped) {
    this.ledger = ledger;
    this.health = health;
    this.dropped = dropped;
    this.deliverer = Thread.ofVirtual().name("late-charges").start(this::run);
  }

  /// How many wait for the ledger.
  public int size() {
    return waiting.size();
  }

  /// @param request the hold that the charge is for a moment
  public void add(HoldRequest request, Charge charge) {
    add(new Late(request, charge));
  }

  private void add(Late late) {
    if (!waiting.offer(late)) {
      drop(late, WAITING_MAX + " charges wait already", null);
    }
  }

  private void run() {
    try {
      while (true) {
        if (!deliver(waiting.take())) {
          Thread.sleep(RETRY_PAUSE);
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("closed with {} charges waiting", waiting.size());
    }
  }

  /// To the back of the queue where it cannot be delivered, so that it is not lost with the thread.
  private boolean deliver(Late late) throws InterruptedException {
    boolean done = false;
    try {
      done = delivered(late);
      return done;
    } finally {
      if (!done) {
        add(late);
      }
    }
  }

  /// Whether there is nothing more to be done for it.
  private boolean delivered(Late late) throws InterruptedException {
    try {
      var end = ledger.charge(late.request(), late.charge());
      var settlement = end.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
      health.answered();
      LOG.info("charge {} of {}: {}", late.request().id(), late.charge().usd(), settlement);
      return true;
    } catch (TimeoutException _) {
      LOG.debug("charge {} waits: no answer", late.request().id());
      return false;
    } catch (ExecutionException | RuntimeException e) {
      boolean wrapped = e instanceof ExecutionException || e instanceof CompletionException;
      var cause = wrapped ? e.getCause() : e;
      if (cause instanceof LedgerUnavailableException) {
        LOG.debug("charge {} waits", late.request().id(), cause);
        return false;
      }
      drop(late, "the ledger does not take it", cause);
      return true;
    }
  }

  /// Tries each charge once more, until one fails: the rest is lost.
  @Override
  public void close() {
    deliverer.interrupt();
    try {
      deliverer.join();
      for (var late = waiting.poll(); late != null && deliver(late); ) {
        late = waiting.poll();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    for (var late = waiting.poll(); late != null; late = waiting.poll()) {
      drop(late, "the gateway ends and the ledger is away", null);
    }
  }

  private void drop(Late late, String why, @Nullable Throwable cause) {
    dropped.run();
    LOG.error("charge {} of {} is lost: {}", late.request().id(), late.charge().usd(), why, cause);
  }
}
