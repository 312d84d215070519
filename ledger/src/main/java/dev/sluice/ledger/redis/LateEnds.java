package dev.sluice.ledger.redis;

import dev.sluice.ledger.Charge;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Settlement;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
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

  private record Waiting(End end, CompletableFuture<Settlement> answer) {}

  private final BlockingQueue<Waiting> waiting = new ArrayBlockingQueue<>(WAITING_MAX);
  private final Function<End, Settlement> deliver;
  private final Thread deliverer;

  /// @param deliver throws [LedgerUnavailableException] where Redis did not acknowledge it
  LateEnds(Function<End, Settlement> deliver) {
    this.deliver = deliver;
    this.deliverer = Thread.ofVirtual().name("ledger-late-ends").start(this::run);
  }

  /// @return fails with [LedgerUnavailableException] where it is dropped
  CompletableFuture<Settlement> add(End end) {
    var added = new Waiting(end, new CompletableFuture<>());
    add(added);
    return added.answer();
  }

  private void add(Waiting late) {
    int most = late.end().outcome() == Outcome.RELEASED ? RELEASES_MAX : WAITING_MAX;
    if (waiting.size() >= most || !waiting.offer(late)) {
      drop(late, most + " ends of holds wait already");
    }
  }

  private static void drop(Waiting late, String why) {
    var holdId = late.end().holdId();
    LOG.warn("{} is left to expire: {}", holdId, why);
    late.answer()
        .completeExceptionally(
            new LedgerUnavailableException(holdId + " is left to expire: " + why, null));
  }

  private void run() {
    try {
      while (true) {
        var late = waiting.take();
        if (!delivered(late)) {
          // To the back, so that one that fails for good does not stop the others.
          add(late);
          Thread.sleep(RETRY_PAUSE);
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("closed with {} ends of holds waiting", waiting.size());
    }
  }

  private boolean delivered(Waiting late) {
    try {
      late.answer().complete(deliver.apply(late.end()));
      return true;
    } catch (LedgerUnavailableException e) {
      LOG.debug("{} is still to be ended", late.end().holdId(), e);
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
    }
    boolean back = !Thread.currentThread().isInterrupted();
    for (var late = waiting.poll(); late != null; late = waiting.poll()) {
      back = back && delivered(late);
      if (!back) {
        drop(late, "the gateway ends, and the ledger is away");
      }
    }
  }
}
