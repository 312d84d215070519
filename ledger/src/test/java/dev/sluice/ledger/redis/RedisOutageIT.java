package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.LedgerUnavailableException.EndWaitsException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.Settlement;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisOutageIT {

  private static final List<Budget> BUDGETS = Samples.sixLevels("alice", "1");

  private RedisServer server;

  /// Gives up soon; what is only prepared or looked at is done by one that is patient.
  private Blocking ledger;

  private Blocking patient;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    ledger =
        new Blocking(
            RedisLedger.connect(
                new RedisConfig(server.uri(), "sluice", Duration.ofMillis(400), null)));
    patient =
        new Blocking(
            RedisLedger.connect(RedisConfig.of(server.uri()).withTimeout(Duration.ofSeconds(20))));
  }

  @AfterEach
  void end() {
    ledger.close();
    patient.close();
    server.close();
  }

  @Test
  void a_hold_whose_answer_was_lost_is_released() {
    server.freeze();
    assertThatThrownBy(() -> ledger.reserve(Samples.hold("h1", BUDGETS, "1", "1")))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessage("redis: no answer within PT0.4S");
    server.thaw();
    // By the same connection, so that it comes after the hold.
    await()
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(() -> assertThat(ledger.release("h1")).isEqualTo(posted("0")));
    assertThat(patient.balances(BUDGETS)).allMatch(balance -> balance.held().nanos() == 0);
  }

  @Test
  void a_charge_whose_answer_was_lost_is_posted_once_when_it_is_repeated() {
    var used = Samples.hold("h1", BUDGETS, "2", "2");
    server.freeze();
    assertThatThrownBy(() -> ledger.charge(used, used.ask()))
        .isInstanceOf(LedgerUnavailableException.class);
    server.thaw();
    await()
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(() -> assertThat(ledger.charge(used, used.ask())).isEqualTo(posted("2")));
    assertThat(patient.balances(BUDGETS))
        .allMatch(balance -> balance.posted().equals(NanoUsd.parse("2")))
        .allMatch(balance -> balance.held().nanos() == 0);
    assertThat(patient.charge(used, used.ask())).isEqualTo(posted("2"));
  }

  @Test
  void an_end_that_was_not_delivered_is_delivered_when_redis_is_back() {
    patient.reserve(Samples.hold("h1", BUDGETS, "0.9", "0.9"));
    patient.reserve(Samples.hold("h2", BUDGETS, "0.1", "0.1"));
    server.kill();
    assertThatThrownBy(() -> ledger.settle("h1", NanoUsd.parse("0.7")))
        .isInstanceOf(LedgerUnavailableException.class);
    assertThatThrownBy(() -> ledger.release("h2")).isInstanceOf(LedgerUnavailableException.class);
    server.restart();
    await()
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(
            () ->
                assertThat(ledger.balances(BUDGETS))
                    .allMatch(b -> b.held().nanos() == 0)
                    .allMatch(b -> b.posted().equals(NanoUsd.parse("0.7"))));
    assertThat(patient.settle("h1", NanoUsd.parse("0.7"))).isEqualTo(posted("0.7"));
  }

  @Test
  void requests_that_redis_refused_keep_no_end_out() {
    patient.reserve(Samples.hold("h1", BUDGETS, "0.9", "0.9"));
    server.ask("CONFIG", "SET", "maxmemory", "1");
    for (int i = 0; i < 20_100; i++) {
      assertThat(mayBeBooked("none" + i)).isFalse();
    }
    assertThatThrownBy(() -> ledger.settle("h1", NanoUsd.parse("0.7")))
        .isInstanceOf(LedgerUnavailableException.class);
    server.ask("CONFIG", "SET", "maxmemory", "0");
    await()
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(
            () ->
                assertThat(ledger.balances(BUDGETS))
                    .allMatch(b -> b.posted().equals(NanoUsd.parse("0.7"))));
  }

  private boolean mayBeBooked(String id) {
    try {
      ledger.reserve(Samples.hold(id, BUDGETS, "0.1", "0.1"));
      throw new AssertionError("redis has no memory left");
    } catch (LedgerUnavailableException e) {
      return e.mayBeBooked();
    }
  }

  @Test
  void an_end_that_waits_tells_its_answer_or_that_it_was_dropped() {
    patient.reserve(Samples.hold("h1", BUDGETS, "0.9", "0.9"));
    patient.reserve(Samples.hold("h2", BUDGETS, "0.1", "0.1"));
    server.kill();
    var late = waiting("h1", "0.7");
    server.restart();
    assertThat(late).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(posted("0.7"));
    server.kill();
    var dropped = waiting("h2", "0.1");
    ledger.close();
    assertThat(dropped)
        .failsWithin(Duration.ofSeconds(20))
        .withThrowableThat()
        .withMessageContaining("h2 is left to expire: the gateway ends, and the ledger is away");
  }

  private CompletableFuture<Settlement> waiting(String id, String usd) {
    try {
      ledger.settle(id, NanoUsd.parse(usd));
      throw new AssertionError("redis is away");
    } catch (EndWaitsException e) {
      return e.end();
    }
  }

  @Test
  void ends_that_wait_are_tried_once_more_when_the_ledger_closes() {
    patient.reserve(Samples.hold("h1", BUDGETS, "1", "1"));
    server.freeze();
    assertThatThrownBy(() -> ledger.settle("h1", NanoUsd.parse("0.7")))
        .isInstanceOf(LedgerUnavailableException.class);
    server.thaw();
    ledger.close();
    assertThat(patient.release("h1")).isEqualTo(new Settlement.AlreadyEnded(NanoUsd.parse("0.7")));
  }

  @Test
  void a_redis_that_has_lost_its_scripts_is_given_them_again() {
    try (var probe = new RedisProbe(server.uri())) {
      probe.commands().scriptFlush();
      assertThat(patient.reserve(Samples.hold("h1", BUDGETS, "1", "1")))
          .isInstanceOf(Reservation.Granted.class);
      probe.commands().scriptFlush();
      assertThat(patient.balances(BUDGETS)).hasSize(6);
      probe.commands().scriptFlush();
      assertThat(patient.release("h1")).isEqualTo(posted("0"));
      probe.commands().scriptFlush();
      assertThat(patient.expire(1)).isEmpty();
    }
  }

  @Test
  void a_redis_out_of_memory_says_so_and_books_nothing_by_half() {
    patient.reserve(Samples.hold("h1", BUDGETS, "0.5", "0.5"));
    try (var probe = new RedisProbe(server.uri())) {
      probe.commands().configSet("maxmemory", "1");
      assertThatThrownBy(() -> ledger.reserve(Samples.hold("h2", BUDGETS, "0.5", "0.5")))
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContaining("OOM");
      assertThatThrownBy(() -> ledger.settle("h1", NanoUsd.parse("0.3")))
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContaining("OOM");
      assertThat(patient.balances(BUDGETS))
          .allMatch(b -> b.held().equals(NanoUsd.parse("0.5")) && b.posted().nanos() == 0);
      probe.commands().configSet("maxmemory", "0");
      await()
          .untilAsserted(
              () ->
                  assertThat(patient.balances(BUDGETS))
                      .allMatch(b -> b.held().nanos() == 0)
                      .allMatch(b -> b.posted().equals(NanoUsd.parse("0.3"))));
    }
  }

  @Test
  void who_listens_is_told_of_each_new_connection() {
    try (var redis = RedisConnection.open(RedisConfig.of(server.uri()))) {
      var told = new AtomicInteger();
      redis.onConnected(told::incrementAndGet);
      for (int times = 1; times <= 2; times++) {
        server.kill();
        server.restart();
        int expected = times;
        await().until(() -> told.get() == expected);
      }
    }
  }

  @Test
  void a_crowd_that_waited_for_redis_in_vain_leaves_it_usable() throws InterruptedException {
    var failed = new AtomicInteger();
    server.freeze();
    try (var crowd = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 25_000; i++) {
        crowd.submit(
            () -> {
              try {
                ledger.balances(BUDGETS);
              } catch (LedgerUnavailableException _) {
                failed.incrementAndGet();
              }
            });
      }
    }
    assertThat(failed).hasValue(25_000);
    server.thaw();
    await()
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(() -> assertThat(ledger.balances(BUDGETS)).hasSize(6));
  }

  private static Settlement posted(String usd) {
    return new Settlement.Posted(NanoUsd.parse(usd));
  }
}
