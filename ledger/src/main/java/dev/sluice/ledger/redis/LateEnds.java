package dev.sluice.ledger.redis;

import dev.sluice.ledger.Charge;
import dev.sluice.ledger.LedgerUnavailableException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends of holds that Redis did not acknowledge, delivered once it is back.
///
/// An end that is delivered twice is harmless, since the verbs are idempotent.
final class LateEnds implements AutoCloseable {

  /// How a hold is to end; the words are those of the scripts.
  enum Outcome {
    SETTLED("settled"),
    RELEASED("released"),
    CORRECTED("corrected"),
    CONFIRMED("confirmed");

    private final String word;

    Outcome(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  record End(String holdId, Outcome outcome, Charge charge) {}

  /// Beyond it ends are dropped, and their holds expire by themselves.
  private static final int WAITING_MAX = 20_000;

  /// Of holds that may not even stand: they must not keep out what was used.
  private static final int RELEASES_MAX = WAITING_MAX / 2;

  private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
  private static final Logger LOG = LoggerFactory.getLogger(LateEnds.class);

  private final BlockingQueue<End> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Consumer<End> deliver;
  private final Thread deliverer;

  /// @param deliver throws [LedgerUnavailableException] where Redis did not acknowledge it
  LateEnds(Consumer<End> deliver) {
    this.deliver = deliver;
    this.deliverer = Thread.ofVirtual().name("ledger-late-ends").start(this::run);
  }

  void add(End end) {
    int most = end.outcome() == Outcome.RELEASED ? RELEASES_MAX : WAITING_MAX;
    if (waiting.size() >= most || !waiting.offer(end)) {
      LOG.warn("{} is left to expire: {} ends of holds wait already", end.holdId(), most);
    }
  }

  private void run() {
    try {
      while (true) {
        var end = waiting.take();
        if (!delivered(end)) {
          // To the back, so that one that fails for good does not stop the others.
          add(end);
          Thread.sleep(RETRY_PAUSE);
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("closed with {} ends of holds waiting", waiting.size());
    }
  }

  private boolean delivered(End end) {
    try {
      deliver.accept(end);
      return true;
    } catch (LedgerUnavailableException e) {
      LOG.debug("{} is still to be ended", end.holdId(), e);
      return false;
    }
  }

  /// Tries each end once more, until one fails: the rest is left to expire.
  @Override
  public void close() {
    deliverer.interrupt();
    try {
      deliverer.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return;
    }
    for (var end = waiting.poll(); end != null && delivered(end); ) {
      end = waiting.poll();
    }
  }
}
