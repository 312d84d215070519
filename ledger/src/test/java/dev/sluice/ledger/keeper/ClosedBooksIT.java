package dev.sluice.ledger.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisBooks.Loss;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.ledger.store.Store;
import dev.sluice.testkit.RedisServer;
import io.lettuce.core.RedisClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Books that were closed by hand, and a log that lacks events or cannot be written to.
class ClosedBooksIT {

  private static final List<Budget> BUDGETS = Samples.sixLevels("alice", "10");
  private static final BookKeeper.Terms TERMS =
      new BookKeeper.Terms(Duration.ofMinutes(30), Duration.ZERO);

  @TempDir Path folder;
  private RedisServer server;
  private RedisClient client;
  private RedisBooks redis;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    client = RedisClient.create(server.uri());
    redis = RedisBooks.connect(RedisConfig.of(server.uri()));
  }

  @AfterEach
  void end() {
    redis.close();
    client.shutdown();
    server.close();
  }

  private void pay(String id) {
    try (var ledger = new Blocking(RedisLedger.connect(RedisConfig.of(server.uri())))) {
      ledger.reserve(Samples.hold(id, BUDGETS, "0.5", "0.5"));
      ledger.settle(id, NanoUsd.parse("0.1"));
    }
  }

  private void delete(String key) {
    try (var connection = client.connect()) {
      connection.sync().del("{sluice}:3:" + key);
    }
  }

  private BookKeeper keeper(Store store) {
    return new BookKeeper(redis, store, TERMS, InstantSource.system());
  }

  /// The log has two events, and Redis has counted four.
  private void shortLog() throws Exception {
    pay("h1");
    try (var store = Store.open(folder, InstantSource.system());
        var keeper = keeper(store)) {
      keeper.agree();
    }
    pay("h2");
    delete("events");
  }

  @Test
  void a_gateway_rebuilds_from_a_short_log_where_the_loss_was_accepted() throws Exception {
    shortLog();
    redis.closeBooks(Loss.REFUSED);
    try (var store = Store.open(folder, InstantSource.system());
        var keeper = keeper(store)) {
      keeper.close(); // One look more, and no patience for a whole start.
      assertThat(redis.told().state().rebuilding()).isTrue();
      assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(server.uri())))
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageMatching(
              "redis: its books are being rebuilt up to event 4,.*expected: open.*");
      redis.closeBooks(Loss.ACCEPTED);
      keeper.agree();
      assertThat(keeper.figures().lost()).isEqualTo(2);
    }
    assertThat(redis.told().state().rebuilding()).isFalse();
    assertThat(redis.told().rebuilt()).contains("2 events are lost: 3 to 4");
    pay("h3");
  }

  @Test
  void a_start_completes_what_accepted_the_loss_and_was_interrupted() throws Exception {
    shortLog();
    assertThat(redis.claim("somebody", 2, Duration.ZERO, Loss.ACCEPTED)).isPresent();
    delete("rebuilder");
    assertThat(redis.claim("another", 2, Duration.ZERO)).as("interrupted again").isPresent();
    delete("rebuilder");
    try (var store = Store.open(folder, InstantSource.system());
        var keeper = keeper(store)) {
      keeper.agree();
      assertThat(keeper.figures().rebuilds()).isOne();
    }
    pay("h3");
  }

  @Test
  void a_log_that_cannot_be_written_to_is_told_in_time() throws Exception {
    var path = Files.createDirectory(folder.resolve("store"));
    try (var store = Store.open(path, InstantSource.system());
        var keeper = keeper(store);
        var ledger = RedisLedger.connect(RedisConfig.of(server.uri()))) {
      fail(path);
      keeper.serve(ledger);
      pay("h1");
      await().until(() -> keeper.figures().waiting() == 2);
      assertThat(keeper.figures().sequence()).isZero();
      var backlog = new Backlog(redis, 2);
      assertThat(backlog.look(1)).isEmpty();
      assertThat(backlog.look(2).orElseThrow())
          .startsWith("2 events wait in Redis (expected: fewer than 2; at 1000000 nothing is")
          .contains("the log with the id " + store.id() + " has confirmed nothing")
          .matches(".* since 20\\d\\d-.*Z");
      assertThat(backlog.look(3)).as("once").isEmpty();
      assertThat(backlog.look(1)).as("over").isEmpty();
      assertThat(backlog.look(2)).as("again").isPresent();
    }
  }

  /// As a disk that is full: nothing can be added.
  private static void fail(Path path) throws IOException {
    try (var files = Files.list(path)) {
      for (var file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(path);
    Files.createFile(path);
  }
}
