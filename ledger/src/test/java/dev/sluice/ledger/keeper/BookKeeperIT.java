package dev.sluice.ledger.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.ledger.store.Store;
import dev.sluice.testkit.RedisServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Gateways of one Redis that is emptied, rolled back, or was trimmed.
class BookKeeperIT {

  private static final String EVENTS = "{sluice}:3:events";
  private static final String LOCK = "{sluice}:3:rebuilder";

  @TempDir Path folder;
  private RedisServer server;
  private RedisConfig config;
  private Gateways gateways;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    config = RedisConfig.of(server.uri());
    gateways = new Gateways(config, folder);
  }

  @AfterEach
  void end() {
    gateways.close();
    server.close();
  }

  @Test
  void events_are_kept_and_leave_the_stream() throws Exception {
    var gateway = gateways.start("one");
    for (int i = 0; i < 20; i++) {
      gateway.pay("h" + i, "0.1");
    }
    gateway.hold("open");
    gateway.awaitKept();
    await().until(() -> gateway.figures().waiting() <= 1);
    gateway.assertBooksEqual();
    gateways.close();
    var kept = Store.read(gateway.path(), Store.END);
    assertThat(kept.books().position().sequence()).isEqualTo(41);
    assertThat(kept.books().open()).containsOnlyKeys("open");
    assertThat(kept.events()).as("after the last checkpoint").isZero();
  }

  @Test
  void a_store_that_was_away_goes_on_where_it_was() throws Exception {
    var gateway = gateways.start("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    gateways.close();
    gateways.startUnkept("other").pay("h2", "0.2");
    var again = gateways.start("one");
    again.awaitKept();
    again.assertBooksEqual();
    assertThat(Files.list(again.path()).filter(f -> f.toString().endsWith(".jsonl")).toList())
        .as("no gap: the second segment has what was missed")
        .hasSize(2);
  }

  @Test
  void an_emptied_redis_is_rebuilt_and_serves_again() throws Exception {
    var gateway = gateways.start("one");
    gateway.pay("h1", "0.1");
    gateway.hold("open");
    gateway.awaitKept();
    server.ask("FLUSHALL");
    await().until(() -> gateway.figures().rebuilds() == 1);
    assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("0.1"));
    gateway.settle("open", "0.4");
    // An end that is repeated.
    gateway.settle("h1", "0.1");
    gateway.pay("h2", "0.3");
    assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("0.8"));
    gateway.awaitKept();
    gateway.assertBooksEqual();
    assertThat(gateway.figures().lost()).isZero();
  }

  @Test
  void nothing_is_booked_between_the_loss_and_the_rebuild() throws Exception {
    var gateway = gateways.start("one");
    gateway.pay("h1", "0.5");
    gateway.awaitKept();
    gateway.stopKeeping();
    server.ask("FLUSHALL");
    assertThatThrownBy(() -> gateway.hold("h2"))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageContaining("lost writes");
  }

  @Test
  void a_redis_that_was_rolled_back_is_rebuilt_at_the_start() throws Exception {
    var gateway = gateways.start("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    gateways.close();
    var old = copyOfRedis();
    var again = gateways.start("one");
    again.pay("h2", "0.2");
    again.awaitKept();
    gateways.close();
    rollBack(old);
    var after = gateways.start("one");
    assertThat(after.figures().rebuilds()).isOne();
    assertThat(after.posted()).isEqualTo(NanoUsd.parse("0.3"));
    after.assertBooksEqual();
  }

  private Path copyOfRedis() throws IOException {
    server.stop();
    var copy = folder.resolve("old");
    copy(server.folder(), copy);
    server.restart();
    return copy;
  }

  private void rollBack(Path old) throws IOException {
    server.stop();
    copy(old, server.folder());
    server.restart();
  }

  private static void copy(Path from, Path to) throws IOException {
    if (Files.exists(to)) {
      try (var files = Files.walk(to)) {
        for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
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
    var one = gateways.start("one", Duration.ofSeconds(2));
    var two = gateways.start("two", Duration.ofSeconds(2));
    one.pay("h1", "0.1");
    one.awaitKept();
    await().until(() -> two.figures().sequence() == 2);
    two.hold("open");
    two.awaitKept();
    await().until(() -> one.figures().sequence() == 3);
    server.ask("FLUSHALL");
    one.awaitAdmitted();
    two.awaitAdmitted();
    one.pay("h2", "0.1");
    two.pay("h3", "0.1");
    two.settle("open", "0.1");
    assertThat(one.figures().rebuilds() + two.figures().rebuilds()).isOne();
    assertThat(two.posted()).isEqualTo(NanoUsd.parse("0.4"));
    one.assertBooksEqual();
    two.assertBooksEqual();
  }

  @Test
  void what_redis_lost_before_it_was_kept_is_booked_again_by_who_did_it() throws Exception {
    var gateway = gateways.start("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    gateway.stopKeeping();
    gateway.pay("ended", "0.2");
    gateway.hold("open");
    gateway.hold("lost");
    server.ask("FLUSHALL");
    assertThatThrownBy(() -> gateway.settle("lost", "0.4"))
        .isInstanceOf(LedgerUnavailableException.class);
    gateway.keep();
    gateway.awaitPosted("0.7");
    await().until(gateway::held, NanoUsd.parse("0.5")::equals);
    assertThat(gateway.figures().lost()).isEqualTo(4);
    gateway.settle("open", "0.1");
    assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("0.8"));
    gateway.awaitKept();
    gateway.assertBooksEqual();
  }

  @Test
  void a_charge_that_was_acknowledged_before_redis_lost_it_is_booked_again() throws Exception {
    var gateway = gateways.start("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    gateway.stopKeeping();
    gateway.charge("late", "0.4");
    server.ask("FLUSHALL");
    gateway.keep();
    gateway.awaitPosted("0.5");
    gateway.awaitKept();
    gateway.assertBooksEqual();
  }

  @Test
  void a_charge_that_is_repeated_after_the_rebuild_is_booked_once() throws Exception {
    var gateway = gateways.start("one");
    gateway.charge("kept", "0.1");
    gateway.awaitKept();
    gateway.stopKeeping();
    gateway.charge("forgotten", "0.2");
    server.ask("FLUSHALL");
    assertThatThrownBy(() -> gateway.charge("refused", "0.4"))
        .isInstanceOf(LedgerUnavailableException.class);
    gateway.keep();
    // As its queue does, without a look at what the ledger does by itself.
    await()
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(
            () -> {
              gateway.charge("refused", "0.4");
              gateway.charge("forgotten", "0.2");
              gateway.charge("kept", "0.1");
            });
    gateways.close();
    var after = gateways.start("one");
    assertThat(after.posted()).isEqualTo(NanoUsd.parse("0.7"));
    assertThat(after.held()).isEqualTo(NanoUsd.ZERO);
    after.assertBooksEqual();
  }

  @Test
  void a_store_that_has_missed_events_goes_on_with_what_redis_holds() throws Exception {
    var gateway = gateways.start("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    gateways.close();
    var other = gateways.startUnkept("other");
    other.pay("h2", "0.2");
    server.ask("DEL", EVENTS);
    other.hold("h3");
    var again = gateways.start("one");
    again.pay("h4", "0.1");
    again.awaitKept();
    again.assertBooksEqual();
    assertThat(again.posted()).isEqualTo(NanoUsd.parse("0.4"));
  }

  @Test
  void a_store_goes_on_where_the_clock_of_redis_goes_back() throws Exception {
    var gateway = gateways.start("one");
    gateway.hold("open");
    server.ask("XSETID", EVENTS, "%d-0".formatted(Long.MAX_VALUE - 1));
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    server.ask("FLUSHALL");
    gateway.awaitAdmitted();
    gateway.pay("h2", "0.2");
    gateway.awaitKept();
    gateway.settle("open", "0.3");
    gateway.awaitKept();
    gateway.assertBooksEqual();
    assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("0.6"));
  }

  @Test
  void both_branches_of_a_forked_history_are_charged() throws Exception {
    var one = gateways.start("one");
    one.pay("h1", "0.1");
    one.awaitKept();
    var other = gateways.startUnkept("other");
    other.hold("both");
    await().until(() -> one.figures().sequence() == 3);
    var old = copyOfRedis();
    one.awaitAdmitted();
    one.pay("h2", "0.2");
    one.awaitKept();
    assertThat(one.figures().sequence()).isEqualTo(5);
    one.stopKeeping();
    rollBack(old);
    other.awaitAdmitted();
    // It has seen no more than what was rolled back to, and is admitted.
    other.settle("both", "0.3");
    other.pay("h3", "0.3");
    one.keep();
    one.awaitPosted("0.9");
    assertThat(one.figures().lost()).isZero();
    one.awaitKept();
    one.assertBooksEqual();
  }

  @Test
  void a_rebuild_that_was_interrupted_keeps_the_books_closed_until_the_next_one() throws Exception {
    var gateway = gateways.start("one");
    gateway.pay("h1", "0.1");
    gateway.awaitKept();
    gateways.close();
    try (var books = RedisBooks.connect(config)) {
      var begun = books.claim("somebody", 2, Duration.ZERO).orElseThrow();
      assertThat(begun.before().sequence()).isEqualTo(2);
      assertThatThrownBy(() -> RedisLedger.connect(config))
          .isInstanceOf(LedgerUnavailableException.class);
    }
    assertThat(Long.parseLong(server.ask("PTTL", LOCK))).as("the lock expires").isPositive();
    server.ask("DEL", LOCK);
    var again = gateways.start("one");
    assertThat(again.figures().rebuilds()).isOne();
    assertThat(again.posted()).isEqualTo(NanoUsd.parse("0.1"));
    again.assertBooksEqual();
  }
}
