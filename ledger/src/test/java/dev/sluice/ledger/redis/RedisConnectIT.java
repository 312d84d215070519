package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.LedgerUnfitException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.redis.link.RedisFailure;
import dev.sluice.testkit.RedisServer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RedisConnectIT {

  private RedisServer server;
  private RedisProbe probe;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    probe = new RedisProbe(server.uri());
  }

  @AfterEach
  void end() {
    probe.close();
    server.close();
  }

  @Test
  void a_redis_that_evicts_is_refused() {
    probe.commands().configSet("maxmemory-policy", "allkeys-lru");
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(server.uri())))
        .isInstanceOf(LedgerUnfitException.class)
        .hasMessage("redis: maxmemory_policy: allkeys-lru (expected: noeviction)");
  }

  @Test
  void a_replica_is_refused() {
    probe.commands().replicaof("127.0.0.1", 1);
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(server.uri())))
        .isInstanceOf(LedgerUnfitException.class)
        .hasMessage("redis: role: slave (expected: master)");
  }

  @Test
  void a_redis_that_is_away_is_named_without_the_password() {
    var uri = server.uri().replace("redis://", "redis://gateway:s3cret@");
    server.stop();
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(uri)))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageStartingWith("redis: cannot connect to " + server.uri() + ": ")
        .hasMessageContaining("Connection refused")
        .hasMessageNotContaining("s3cret");
    assertThat(RedisConfig.of(uri).toString()).doesNotContain("s3cret");
  }

  @Test
  void a_redis_that_says_nothing_is_told_from_one_that_is_away() {
    var config = RedisConfig.of(server.uri()).withTimeout(Duration.ofMillis(300));
    server.freeze();
    assertThat(failure(config).isSilence()).isTrue();
    server.thaw();
    server.stop();
    assertThat(failure(RedisConfig.of(server.uri())).isSilence()).isFalse();
  }

  private static LedgerUnavailableException failure(RedisConfig config) {
    return catchThrowableOfType(
        LedgerUnavailableException.class, () -> RedisLedger.connect(config));
  }

  @Test
  void a_wrong_password_is_told() {
    AclUser.add(server);
    var uri = server.uri().replace("redis://", "redis://gateway:wrong@");
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(uri)))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageContaining(": WRONGPASS invalid username-password pair")
        .hasMessageNotContaining("gateway");
  }

  @Test
  void a_password_that_is_missing_is_told() {
    probe.commands().configSet("requirepass", "s3cret");
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(server.uri())))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageStartingWith("redis: cannot connect to " + server.uri() + ": NOAUTH ");
  }

  @Test
  void a_host_that_nobody_knows_is_told() {
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of("redis://nobody.invalid")))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessage("redis: cannot connect to redis://nobody.invalid:6379: unknown host");
  }

  @Test
  void a_user_needs_the_ledgers_keys_and_few_commands() {
    AclUser.add(server);
    var uri = AclUser.login(server.uri());
    try (var ledger = new Blocking(RedisLedger.connect(RedisConfig.of(uri)))) {
      var budgets = Samples.sixLevels("alice", "1");
      assertThat(ledger.reserve(Samples.hold("h1", budgets, "1", "1")))
          .isInstanceOf(Reservation.Granted.class);
      ledger.release("h1");
      assertThat(ledger.expire(10)).isEmpty();
    }
  }

  @Test
  void a_user_who_may_not_run_scripts_is_told_so() {
    AclUser.add(server, "~{sluice}:* +@all -@scripting");
    var uri = AclUser.login(server.uri());
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(uri)))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageStartingWith("redis: NOPERM ")
        .hasMessageContaining("script")
        .hasMessageEndingWith("(expected: a user with " + RedisFailure.RULES + ")");
  }

  @Test
  void a_user_who_may_not_see_the_report_is_told_so() {
    AclUser.add(server, "~{sluice}:* +@all -info");
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(AclUser.login(server.uri()))))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageStartingWith("redis: NOPERM ")
        .hasMessageContaining("info");
  }

  @Test
  void a_user_of_other_keys_is_told_so() {
    AclUser.add(server, "~other:* +@all");
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(AclUser.login(server.uri()))))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessageStartingWith("redis: NOPERM ")
        .hasMessageContaining("~{INSTALLATION}:*");
  }

  @Test
  void a_node_of_a_cluster_wants_a_url_that_says_so() {
    try (var node = RedisServer.start("--cluster-enabled", "yes")) {
      assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of(node.uri())))
          .isInstanceOf(LedgerUnfitException.class)
          .hasMessageStartingWith("redis: cluster_enabled: 1 (expected: a URL with redis-cluster");
    }
  }

  @Test
  void the_callers_event_loops_are_used_and_left_running() {
    var loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    try {
      var config = RedisConfig.of(server.uri()).withEventLoops(loops);
      try (var ledger = RedisLedger.connect(config)) {
        assertThat(ledger.balances(Samples.sixLevels("alice", "1"))).hasSize(6);
      }
      assertThat(loops.isShuttingDown()).isFalse();
    } finally {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
  }

  @Test
  void installations_share_a_redis_and_nothing_else() {
    var other = new RedisConfig(server.uri(), "other", Duration.ofSeconds(2), null);
    try (var one = new Blocking(RedisLedger.connect(RedisConfig.of(server.uri())));
        var two = new Blocking(RedisLedger.connect(other))) {
      var budgets = Samples.sixLevels("alice", "1");
      for (var ledger : List.of(one, two)) {
        assertThat(ledger.reserve(Samples.hold("h1", budgets, "1", "1")))
            .isInstanceOf(Reservation.Granted.class);
      }
      assertThat(probe.keys(other, "")).hasSize(5).allMatch(key -> key.startsWith("{other}:3:"));
    }
  }

  @Test
  void a_bad_url_or_installation_is_told_without_repeating_a_password() {
    assertThatThrownBy(() -> RedisLedger.connect(RedisConfig.of("http://:s3cret@host")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("redis url: its scheme (expected: a URL such as redis://")
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
    assertThatThrownBy(() -> new RedisConfig("redis://host", "a}b", Duration.ofSeconds(1), null))
        .hasMessage("installation: a}b (expected: 1 to 63 of A-Z a-z 0-9 . _ -)");
  }
}
