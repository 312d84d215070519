package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.Settlement;
import dev.sluice.testkit.RedisCluster;
import dev.sluice.testkit.RedisSentinels;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RedisFailoverIT {

  private static final List<Budget> BUDGETS = Samples.sixLevels("alice", "1");
  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration FAILED_OVER_WITHIN = Duration.ofSeconds(20);

  @Test
  void a_killed_master_is_followed_by_whom_the_sentinels_name() {
    try (var redis = RedisSentinels.start();
        var ledger = connect(redis.uri())) {
      books_on(ledger, redis.master(), redis.replica(), redis.master()::kill);
    }
  }

  @Test
  void a_master_that_falls_silent_is_left_for_whom_the_sentinels_name() {
    try (var redis = RedisSentinels.start();
        var ledger = connect(redis.uri())) {
      books_on(ledger, redis.master(), redis.replica(), redis.master()::freeze);
    }
  }

  @Test
  void a_killed_master_is_followed_by_whom_the_cluster_gives_its_slot() {
    try (var redis = RedisCluster.start();
        var ledger = connect(redis.uri())) {
      var master = redis.masterOf("{sluice}");
      books_on(ledger, master, redis.replicaOf(master), master::kill);
    }
  }

  @Test
  void a_slot_that_moves_is_followed_by_a_user_with_few_rights() {
    try (var redis = RedisCluster.start();
        var ledger = connectAsUser(redis)) {
      var master = redis.masterOf("{sluice}");
      var replica = redis.replicaOf(master);
      books_on(ledger, master, replica, () -> replica.ask("CLUSTER", "FAILOVER"));
      assertThat(master.ask("INFO", "replication")).contains("role:slave");
    }
  }

  @Test
  void a_cluster_that_is_down_says_so_until_it_is_back() {
    try (var redis = RedisCluster.start();
        var ledger = connect(redis.uri())) {
      var other = redis.masterOf("{sluice}") == redis.masterOf("a") ? "b" : "a";
      var master = redis.masterOf(other);
      var lost = List.of(redis.replicaOf(master), master);
      lost.forEach(RedisServer::kill);
      await()
          .atMost(FAILED_OVER_WITHIN)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> isGranted(ledger, "h1", "0.1"))
                      .isInstanceOf(LedgerUnavailableException.class)
                      .hasMessageStartingWith("redis: CLUSTERDOWN "));
      lost.forEach(RedisServer::restart);
      await()
          .atMost(FAILED_OVER_WITHIN)
          .ignoreException(LedgerUnavailableException.class)
          .until(() -> isGranted(ledger, "h2", "0.1"));
    }
  }

  private static Blocking connectAsUser(RedisCluster redis) {
    redis.servers().forEach(AclUser::add);
    return connect(AclUser.login(redis.uri()));
  }

  private static Blocking connect(String uri) {
    return new Blocking(RedisLedger.connect(new RedisConfig(uri, "sluice", TIMEOUT, null)));
  }

  /// What was held before is settled once, and what could not be held in between is not held.
  private static void books_on(
      Blocking ledger, RedisServer master, RedisServer replica, Runnable lose) {
    assertThat(isGranted(ledger, "before", "0.5")).isTrue();
    assertThat(isGranted(ledger, "stays", "0.2")).isTrue();
    await().until(() -> replica.offset() == master.offset());
    lose.run();
    var tries = new AtomicInteger();
    await()
        .atMost(FAILED_OVER_WITHIN)
        .ignoreException(LedgerUnavailableException.class)
        .until(() -> isGranted(ledger, "try" + tries.incrementAndGet(), "0.1"));
    settle(ledger, "before", "0.4");
    await()
        .atMost(FAILED_OVER_WITHIN)
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(
            () ->
                assertThat(ledger.balances(BUDGETS))
                    .allMatch(b -> b.posted().equals(NanoUsd.parse("0.4")))
                    .allMatch(b -> b.held().equals(NanoUsd.parse("0.3"))));
  }

  private static boolean isGranted(Blocking ledger, String id, String usd) {
    return ledger.reserve(Samples.hold(id, BUDGETS, usd, usd)) instanceof Reservation.Granted;
  }

  private static void settle(Blocking ledger, String id, String usd) {
    assertThat(ledger.settle(id, NanoUsd.parse(usd)))
        .isEqualTo(new Settlement.Posted(NanoUsd.parse(usd)));
  }
}
