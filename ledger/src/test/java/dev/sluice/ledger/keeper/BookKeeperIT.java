package dev.sluice.ledger.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Position;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.Settlement;
import dev.sluice.ledger.books.Comparison;
import dev.sluice.ledger.redis.RedisBooks;
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
import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Gateways of one Redis that is emptied, rolled back, or was trimmed.
class BookKeeperIT {

  private static final List<Budget> BUDGETS = Samples.sixLevels("alice", "10");
  private static final Duration LIFETIME = Duration.ofMinutes(30);

  @TempDir Path folder;
  private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();
  private RedisServer server;

  @BeforeEach
  void start() {
    server = RedisServer.start();
  }

  @AfterEach
  void end() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
    server.close();
  }

  /// A ledger with its keeper, as a gateway has them.
  private record Client(Blocking ledger, RedisLedger redis, BookKeeper keeper, Path path) {
    void pay(String id, String usd) {
      ledger.reserve(Samples.hold(id, BUDGETS, "0.5", "0.5"));
      ledger.settle(id, NanoUsd.parse(usd));
    }

    void awaitKept() {
      await().until(() -> keeper.figures().sequence() == redis.position().sequence());
    }

    NanoUsd posted() {
      return ledger.balances(BUDGETS).getFirst().posted();
    }
  }

  private RedisConfig config() {
    return RedisConfig.of(server.uri());
  }

  private Client client(String name) throws IOException, InterruptedException {
    return client(name, Duration.ZERO);
  }

  private Client client(String name, Duration patience) throws IOException, InterruptedException {
    var path = Files.createDirectories(folder.resolve(name));
    var books = opened(RedisBooks.connect(config()));
    var store = opened(Store.open(path, InstantSource.system()));
    var terms = new BookKeeper.Terms(LIFETIME, patience);
    var keeper = opened(new BookKeeper(books, store, terms, InstantSource.system()));
    keeper.agree();
    var redis = opened(RedisLedger.connect(config()));
    keeper.serve(redis);
    return new Client(new Blocking(redis), redis, keeper, path);
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  private void closeAll() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }

  private void commands(Consumer<io.lettuce.core.api.sync.RedisCommands<String, String>> use) {
    var client = RedisClient.create(server.uri());
    try (var connection = client.connect()) {
      use.accept(connection.sync());
    } finally {
      client.shutdown();
    }
  }

  /// What the store has, and what Redis holds.
  private Comparison compared(Path path) throws IOException {
    try (var books = RedisBooks.connect(config())) {
      var all = books.dump();
      var kept = Store.read(path, all.position());
      for (var next = books.after(kept.lastId());
          kept.books().position().compareTo(all.position()) < 0; ) {
        next.forEach(kept.books()::add);
      }
      return Comparison.of(kept.books(), all);
    }
  }

  private void assertEqual(Path path) throws IOException {
    assertThat(compared(path).differences()).isEmpty();
  }

  @Test
  void events_are_kept_and_leave_the_stream() throws Exception {
    var gateway = client("one");
    for (int i = 0; i < 20; i++) {
      gateway.pay("h" + i, "0.1");
    }
    gateway.ledger().reserve(Samples.hold("open", BUDGETS, "0.5", "0.5"));
    gateway.awaitKept();
    await().until(() -> gateway.keeper().figures().waiting() <= 1);
    assertEqual(gateway.path());
    closeAll();
    var kept = Store.read(gateway.path(), new Position(Long.MAX_VALUE, 0));
    assertThat(kept.books().position().sequence()).isEqualTo(41);
    assertThat(kept.books().open()).containsOnlyKeys("open");
    assertThat(kept.events()).as("after the last checkpoint").isZero();
  }

  @Test
  void a_store_that_was_away_goes_on_where_it_was() throws Exception {
    var gateway = client("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    closeAll();
    try (var ledger = new Blocking(RedisLedger.connect(config()))) {
      ledger.reserve(Samples.hold("h2", BUDGETS, "0.5", "0.5"));
      ledger.settle("h2", NanoUsd.parse("0.2"));
    }
    var again = client("one");
    again.awaitKept();
    assertEqual(again.path());
    assertThat(Files.list(again.path()).filter(f -> f.toString().endsWith(".jsonl")).toList())
        .as("no gap: the second segment has what was missed")
        .hasSize(2);
  }

  @Test
  void an_emptied_redis_is_rebuilt_and_serves_again() throws Exception {
    var gateway = client("one");
    gateway.pay("h1", "0.1");
    gateway.ledger().reserve(Samples.hold("open", BUDGETS, "0.5", "0.5"));
    gateway.awaitKept();
    commands(redis -> redis.flushall());
    await()
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(() -> assertThat(gateway.keeper().figures().rebuilds()).isOne());
    assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("0.1"));
    assertThat(gateway.ledger().settle("open", NanoUsd.parse("0.4")))
        .isEqualTo(new Settlement.Posted(NanoUsd.parse("0.4")));
    assertThat(gateway.ledger().settle("h1", NanoUsd.parse("0.1")))
        .as("an end that is repeated")
        .isEqualTo(new Settlement.Posted(NanoUsd.parse("0.1")));
    gateway.pay("h2", "0.3");
    assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("0.8"));
    gateway.awaitKept();
    assertEqual(gateway.path());
    assertThat(gateway.keeper().figures().lost()).isZero();
  }

  @Test
  void nothing_is_booked_between_the_loss_and_the_rebuild() throws Exception {
    var gateway = client("one");
    gateway.pay("h1", "9.9");
    gateway.awaitKept();
    gateway.keeper().close();
    commands(redis -> redis.flushall());
    assertThatThrownBy(() -> gateway.ledger().reserve(Samples.hold("h2", BUDGETS, "0.5", "0.5")))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageContaining("lost writes");
  }

  @Test
  void a_redis_that_was_rolled_back_is_rebuilt_at_the_start() throws Exception {
    var gateway = client("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    closeAll();
    server.stop();
    var old = folder.resolve("old");
    copy(server.folder(), old);
    server.restart();
    var again = client("one");
    again.pay("h2", "0.2");
    again.awaitKept();
    closeAll();
    server.stop();
    copy(old, server.folder());
    server.restart();
    var after = client("one");
    assertThat(after.keeper().figures().rebuilds()).isOne();
    assertThat(after.posted()).isEqualTo(NanoUsd.parse("0.3"));
    assertEqual(after.path());
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(to)) {
      try (var files = Files.walk(to)) {
        for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    try (var files = Files.walk(from)) {
      for (var file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  @Test
  void of_two_gateways_the_one_that_has_more_rebuilds_and_the_other_goes_on() throws Exception {
    var one = client("one", Duration.ofSeconds(2));
    var two = client("two", Duration.ofSeconds(2));
    one.pay("h1", "0.1");
    one.awaitKept();
    await().until(() -> two.keeper().figures().sequence() == 2);
    two.ledger().reserve(Samples.hold("open", BUDGETS, "0.5", "0.5"));
    two.awaitKept();
    await().until(() -> one.keeper().figures().sequence() == 3);
    commands(redis -> redis.flushall());
    await()
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(
            () -> {
              assertThat(one.posted()).isEqualTo(NanoUsd.parse("0.1"));
              one.pay("h2", "0.1");
              two.pay("h3", "0.1");
            });
    two.ledger().settle("open", NanoUsd.parse("0.1"));
    assertThat(one.keeper().figures().rebuilds() + two.keeper().figures().rebuilds()).isOne();
    assertThat(two.posted()).isEqualTo(NanoUsd.parse("0.4"));
    await()
        .untilAsserted(
            () -> {
              assertEqual(one.path());
              assertEqual(two.path());
            });
  }

  @Test
  void what_redis_lost_before_it_was_kept_is_booked_again_by_who_did_it() throws Exception {
    var gateway = client("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    gateway.keeper().close();
    gateway.pay("ended", "0.2");
    gateway.ledger().reserve(Samples.hold("open", BUDGETS, "0.5", "0.5"));
    gateway.ledger().reserve(Samples.hold("lost", BUDGETS, "0.5", "0.5"));
    commands(redis -> redis.flushall());
    assertThatThrownBy(() -> gateway.ledger().settle("lost", NanoUsd.parse("0.4")))
        .isInstanceOf(LedgerUnavailableException.class);
    try (var books = RedisBooks.connect(config());
        var store = Store.open(gateway.path(), InstantSource.system());
        var keeper =
            new BookKeeper(
                books,
                store,
                new BookKeeper.Terms(LIFETIME, Duration.ZERO),
                InstantSource.system())) {
      keeper.serve(gateway.redis());
      await()
          .ignoreException(LedgerUnavailableException.class)
          .untilAsserted(
              () -> {
                assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("0.7"));
                assertThat(gateway.ledger().balances(BUDGETS).getFirst().held())
                    .isEqualTo(NanoUsd.parse("0.5"));
              });
      assertThat(keeper.figures().lost()).isEqualTo(4);
      gateway.ledger().settle("open", NanoUsd.parse("0.1"));
      assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("0.8"));
    }
    assertEqual(gateway.path());
  }

  @Test
  void a_store_that_has_missed_events_goes_on_with_what_redis_holds() throws Exception {
    var gateway = client("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    closeAll();
    try (var ledger = new Blocking(RedisLedger.connect(config()))) {
      ledger.reserve(Samples.hold("h2", BUDGETS, "0.5", "0.5"));
      ledger.settle("h2", NanoUsd.parse("0.2"));
    }
    commands(redis -> redis.del("{sluice}:3:events", "{sluice}:2:events"));
    try (var ledger = new Blocking(RedisLedger.connect(config()))) {
      ledger.reserve(Samples.hold("h3", BUDGETS, "0.5", "0.5"));
    }
    var again = client("one");
    again.pay("h4", "0.1");
    again.awaitKept();
    assertEqual(again.path());
    assertThat(again.posted()).isEqualTo(NanoUsd.parse("0.4"));
  }

  @Test
  void both_branches_of_a_forked_history_are_charged() throws Exception {
    var one = client("one", Duration.ofSeconds(1));
    one.pay("h1", "0.1");
    one.awaitKept();
    var fork = opened(RedisLedger.connect(config()));
    var other = new Blocking(fork);
    other.reserve(Samples.hold("both", BUDGETS, "0.5", "0.5"));
    await().until(() -> one.keeper().figures().sequence() == 3);
    one.keeper().close();
    server.stop();
    var old = folder.resolve("old");
    copy(server.folder(), old);
    server.restart();
    awaitConnected(one.ledger());
    awaitConnected(other);
    one.pay("h2", "0.2");
    try (var books = RedisBooks.connect(config());
        var store = Store.open(one.path(), InstantSource.system());
        var keeper =
            new BookKeeper(
                books,
                store,
                new BookKeeper.Terms(LIFETIME, Duration.ZERO),
                InstantSource.system())) {
      keeper.agree();
      assertThat(store.position().sequence()).isEqualTo(5);
      server.stop();
      copy(old, server.folder());
      server.restart();
      awaitConnected(other);
      // It has seen no more than what was rolled back to, and is admitted.
      other.settle("both", NanoUsd.parse("0.3"));
      other.reserve(Samples.hold("h3", BUDGETS, "0.5", "0.5"));
      other.settle("h3", NanoUsd.parse("0.3"));
      keeper.serve(one.redis());
      await()
          .ignoreException(LedgerUnavailableException.class)
          .untilAsserted(() -> assertThat(one.posted()).isEqualTo(NanoUsd.parse("0.9")));
      assertThat(keeper.figures().lost()).isZero();
    }
    assertEqual(one.path());
  }

  private static void awaitConnected(Blocking ledger) {
    await()
        .ignoreException(LedgerUnavailableException.class)
        .until(() -> ledger.balances(BUDGETS).size() == 6);
  }

  @Test
  void a_rebuild_that_was_interrupted_keeps_the_books_closed_until_the_next_one() throws Exception {
    var gateway = client("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    closeAll();
    try (var books = RedisBooks.connect(config())) {
      var begun = books.claim("somebody", 2, Duration.ZERO).orElseThrow();
      assertThat(begun.before().sequence()).isEqualTo(2);
      assertThatThrownBy(() -> RedisLedger.connect(config()))
          .isInstanceOf(LedgerUnavailableException.class);
    }
    commands(
        redis -> {
          assertThat(redis.pttl("{sluice}:3:rebuilder") + redis.pttl("{sluice}:2:rebuilder"))
              .as("the lock expires")
              .isPositive();
          redis.del("{sluice}:3:rebuilder", "{sluice}:2:rebuilder");
        });
    var again = client("one");
    assertThat(again.keeper().figures().rebuilds()).isOne();
    assertThat(again.posted()).isEqualTo(NanoUsd.parse("0.1"));
    assertEqual(again.path());
  }
}
