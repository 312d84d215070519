package dev.sluice.ledger.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisCluster;
import dev.sluice.testkit.RedisSentinels;
import dev.sluice.testkit.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A Redis whose master is killed: its replica has everything, or has not.
class KeeperFailoverIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(3);
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration FAILED_OVER_WITHIN = Duration.ofSeconds(20);

  @TempDir Path folder;

  @Test
  void nothing_is_lost_with_a_replica_of_sentinels_that_has_everything() throws Exception {
    try (var redis = RedisSentinels.start();
        var gateways = gateways(redis.uri())) {
      goes_on(gateways, redis.master(), redis.replica());
    }
  }

  @Test
  void nothing_is_lost_with_a_replica_of_a_cluster_that_has_everything() throws Exception {
    try (var redis = RedisCluster.start();
        var gateways = gateways(redis.uri())) {
      var master = redis.masterOf("{sluice}");
      goes_on(gateways, master, redis.replicaOf(master));
    }
  }

  @Test
  void a_replica_of_sentinels_that_lagged_is_rebuilt() throws Exception {
    try (var redis = RedisSentinels.start();
        var gateways = gateways(redis.uri())) {
      is_rebuilt(gateways, redis.master(), redis.replica());
    }
  }

  @Test
  void a_replica_of_a_cluster_that_lagged_is_rebuilt_and_the_former_master_follows_it()
      throws Exception {
    try (var redis = RedisCluster.start();
        var gateways = gateways(redis.uri())) {
      var master = redis.masterOf("{sluice}");
      var gateway = is_rebuilt(gateways, master, redis.replicaOf(master));
      master.restart();
      awaitFollowing(master);
      gateway.pay("h3", "0.5");
      gateway.awaitKept();
      gateway.assertBooksEqual();
      assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("2"));
    }
  }

  @Test
  void of_two_gateways_one_rebuilds_a_replica_that_lagged_and_both_go_on() throws Exception {
    try (var redis = RedisSentinels.start();
        var gateways = gateways(redis.uri())) {
      var one = gateways.start("one", PATIENCE);
      var two = gateways.start("two", PATIENCE);
      one.pay("h1", "0.1");
      one.hold("open");
      awaitFollowed(redis.replica(), redis.master());
      cutOff(redis.replica(), redis.master());
      one.settle("open", "0.2");
      one.awaitKept();
      two.pay("h2", "0.3");
      two.awaitKept();
      redis.master().kill();
      one.awaitAdmitted();
      two.awaitAdmitted();
      one.pay("h3", "0.4");
      two.pay("h4", "0.5");
      assertThat(one.posted()).isEqualTo(NanoUsd.parse("1.5"));
      assertThat(one.figures().rebuilds() + two.figures().rebuilds()).isOne();
      one.assertBooksEqual();
      two.assertBooksEqual();
    }
  }

  private Gateways gateways(String uri) {
    return new Gateways(RedisConfig.of(uri).withTimeout(TIMEOUT), folder);
  }

  private static void goes_on(Gateways gateways, RedisServer master, RedisServer replica)
      throws Exception {
    var gateway = gateways.start("one");
    gateway.pay("h1", "0.1");
    gateway.hold("open");
    gateway.awaitKept();
    gateway.assertBooksEqual();
    awaitFollowed(replica, master);
    master.kill();
    gateway.awaitAdmitted();
    gateway.settle("open", "0.2");
    gateway.pay("h2", "0.3");
    gateway.awaitKept();
    gateway.assertBooksEqual();
    assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("0.6"));
    assertThat(gateway.figures().rebuilds() + gateway.figures().lost()).isZero();
  }

  private static Gateway is_rebuilt(Gateways gateways, RedisServer master, RedisServer replica)
      throws Exception {
    var gateway = gateways.start("one");
    gateway.pay("h1", "0.1");
    gateway.hold("open");
    awaitFollowed(replica, master);
    cutOff(replica, master);
    gateway.settle("open", "0.2");
    gateway.pay("kept", "0.3");
    gateway.awaitKept();
    gateway.stopKeeping();
    gateway.pay("unkept", "0.4");
    master.kill();
    awaitClosed(gateway);
    gateway.keep();
    gateway.awaitPosted("1");
    assertThat(gateway.figures().rebuilds()).isOne();
    assertThat(gateway.figures().lost()).as("until it is booked again").isEqualTo(2);
    gateway.pay("h2", "0.5");
    gateway.awaitKept();
    gateway.assertBooksEqual();
    assertThat(gateway.posted()).isEqualTo(NanoUsd.parse("1.5"));
    assertThat(gateway.held()).isEqualTo(NanoUsd.ZERO);
    return gateway;
  }

  /// Who was the master comes back with events that nobody counts on any more.
  private static void awaitFollowing(RedisServer former) {
    await()
        .atMost(FAILED_OVER_WITHIN)
        .until(() -> former.ask("INFO", "replication").contains("master_link_status:up"));
  }

  private static void awaitFollowed(RedisServer replica, RedisServer master) {
    await().until(() -> replica.offset() == master.offset());
  }

  /// The replica gives a password where none is known: it is not let in again.
  private static void cutOff(RedisServer replica, RedisServer master) {
    replica.ask("CONFIG", "SET", "masterauth", "unknown");
    master.ask("CLIENT", "KILL", "TYPE", "replica");
    await().until(() -> master.ask("INFO", "replication").contains("connected_slaves:0"));
  }

  /// The replica serves, and nothing is admitted.
  private static void awaitClosed(Gateway gateway) {
    var tries = new AtomicInteger();
    await()
        .atMost(FAILED_OVER_WITHIN)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> gateway.hold("try" + tries.incrementAndGet()))
                    .isInstanceOf(LedgerUnavailableException.class)
                    .hasMessageContaining("lost writes"));
  }
}
