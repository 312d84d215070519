package dev.sluice.bench.ledger;

import dev.sluice.ledger.keeper.BookKeeper;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.ledger.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/// The keeper of the ledger's log, as every gateway has one: without it the log would grow until
/// Redis refuses, and be measured with the rest.
final class Keeping implements AutoCloseable {

  private static final Duration KEPT_WITHIN = Duration.ofMinutes(2);

  /// The log is cut once a second.
  private static final Duration CUT_WITHIN = Duration.ofSeconds(3);

  private static final Duration LOOKED_EVERY = Duration.ofMillis(100);

  /// Redis keeps the last event of all.
  private static final int LAST_STAYS = 1;

  private final RedisBooks redis;
  private final Store store;
  private final BookKeeper keeper;

  private Keeping(RedisBooks redis, Store store, BookKeeper keeper) {
    this.redis = redis;
    this.store = store;
    this.keeper = keeper;
  }

  /// Before a ledger connects.
  static Keeping start(RedisConfig config, Path folder) {
    try {
      var redis = RedisBooks.connect(config);
      var store = Store.open(Files.createDirectories(folder), InstantSource.system());
      var terms = new BookKeeper.Terms(Duration.ofMinutes(1), Duration.ZERO);
      var keeper = new BookKeeper(redis, store, terms, InstantSource.system());
      keeper.agree();
      return new Keeping(redis, store, keeper);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  void serve(RedisLedger ledger) {
    keeper.serve(ledger);
  }

  /// Waits until every event is in the store, and all but the last gone from Redis.
  void awaitKept() {
    var deadline = System.nanoTime() + KEPT_WITHIN.toNanos();
    try {
      do {
        Thread.sleep(LOOKED_EVERY);
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(keeper.figures() + " (expected: one waiting at most)");
        }
      } while (keeper.figures().waiting() > LAST_STAYS);
      Thread.sleep(CUT_WITHIN);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    keeper.close();
    try {
      store.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      redis.close();
    }
  }
}
