package dev.sluice.standalone.gateway;

import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.LedgerUnfitException;
import dev.sluice.ledger.keeper.Figures;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.failure.FileFailure;
import dev.sluice.standalone.serve.Books;
import dev.sluice.standalone.serve.Owned;
import dev.sluice.standalone.state.StateFolder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The books of a gateway that starts whether its Redis is there or not; until it is, teams choose
/// what happens to requests, as at any other outage.
///
/// Policies come into force here, since a changed window must not be empty by then; where Redis is
/// away it is filled later.
final class LateBooks implements AutoCloseable {

  private static final Duration TRIED_EVERY = Duration.ofSeconds(1);
  private static final Duration CLOSED_WITHIN = Duration.ofSeconds(10);
  private static final Figures NONE = new Figures(0, 0, Duration.ZERO, 0, 0);
  private static final Logger LOG = LoggerFactory.getLogger(LateBooks.class);

  private final RedisConfig redis;
  private final StateFolder state;
  private final SnapshotStore store;
  private final Consumer<String> failed;
  private final Owned opened = new Owned();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Books books;
  private boolean begun;
  private @Nullable Thread thread;

  private LateBooks(
      RedisConfig redis, StateFolder state, SnapshotStore store, Consumer<String> failed) {
    this.redis = redis;
    this.state = state;
    this.store = store;
    this.failed = failed;
  }

  /// Opens them now where it can, else later.
  ///
  /// @param failed hears why a Redis that came later must not be used
  /// @throws LedgerUnfitException if Redis must not be used
  static LateBooks open(
      RedisConfig redis, StateFolder state, SnapshotStore store, Consumer<String> failed)
      throws IOException, InterruptedException {
    var late = new LateBooks(redis, state, store, failed);
    try {
      late.open();
    } catch (LedgerUnavailableException e) {
      LOG.warn("it starts without its ledger: {}", e.getMessage());
    }
    late.thread = Thread.ofVirtual().name("late-books").start(late::completeLater);
    return late;
  }

  private void open() throws IOException, InterruptedException {
    var attempt = new Owned();
    try {
      var found = Books.at(redis, state, attempt);
      opened.add(attempt);
      books = found;
    } finally {
      if (books == null) {
        attempt.close();
      }
    }
  }

  Ledger ledger() {
    return new AwaitedLedger(() -> Optional.ofNullable(books).map(Books::ledger));
  }

  Figures figures() {
    var found = books;
    return found == null ? NONE : found.keeper().figures();
  }

  /// Puts a policy into force.
  void serve(Snapshot snapshot) throws InterruptedException {
    lock.lock();
    try {
      var found = books;
      if (begun && found != null) {
        found.changed().change(store.current().budgets(), snapshot.budgets());
      } else {
        begin(snapshot);
      }
      store.put(snapshot);
    } finally {
      lock.unlock();
    }
  }

  private void begin(Snapshot snapshot) throws InterruptedException {
    var found = books;
    if (found == null) {
      return;
    }
    try {
      found.changed().begin(snapshot.budgets());
      begun = true;
    } catch (LedgerUnavailableException e) {
      LOG.warn("what was spent is carried over later: {}", e.getMessage());
    }
  }

  private void completeLater() {
    try {
      while (!completed() && !closing.await(TRIED_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        if (books == null) {
          openLater();
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (LedgerUnfitException e) {
      failed.accept(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      failed.accept(FileFailure.sentence(e));
    }
  }

  private void openLater() throws IOException, InterruptedException {
    try {
      open();
      LOG.info("the ledger is there");
    } catch (LedgerUnavailableException e) {
      LOG.debug("it is tried again", e);
    }
  }

  /// Whether all is there and the policy in force has begun with it.
  private boolean completed() throws InterruptedException {
    lock.lock();
    try {
      if (!begun && store.loaded()) {
        begin(store.current());
      }
      return begun;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    try {
      if (thread != null && !thread.join(CLOSED_WITHIN)) {
        LOG.warn("a ledger that is being opened is left behind");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    opened.close();
  }
}
