package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Budget;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Samples;
import dev.sluice.testkit.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Each way in which a real Redis fails: a sentence while it does, and no trace after it.
class RedisFailureIT {

  private static final List<Budget> BUDGETS = Samples.sixLevels("alice", "1");
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final Duration AT_MOST = Duration.ofSeconds(30);
  private static final String WRITES_AND_GOES_ON =
      """
      redis.call('SET', 'other', 1)
      local start = os.clock()
      while os.clock() - start < 5 do end
      """;

  private final AtomicInteger holds = new AtomicInteger();
  private Path folder;
  private RedisServer server;
  private Blocking ledger;

  @BeforeEach
  void start() throws Exception {
    folder = Files.createTempDirectory("sluice-redis-");
    server = RedisServer.start(folder);
    var config = new RedisConfig(server.uri(), "sluice", TIMEOUT, null);
    ledger = new Blocking(RedisLedger.connect(config));
    awaitGranted();
  }

  @AfterEach
  void end() {
    ledger.close();
    server.close();
  }

  @Test
  void a_redis_that_is_gone_says_why() {
    server.kill();
    awaitFailure("redis: no answer within PT1S: Connection refused");
    server.restart();
    awaitGranted();
  }

  @Test
  void a_redis_that_is_slow_is_not_waited_for() {
    server.ask("CLIENT", "PAUSE", "6000", "ALL");
    awaitFailure("redis: no answer within PT1S");
    awaitGranted();
  }

  @Test
  void a_redis_that_has_become_a_replica_is_left_until_it_is_a_master_again() {
    server.ask("REPLICAOF", "127.0.0.1", "1");
    awaitFailure("redis: READONLY ");
    awaitFailure("redis: role: slave (expected: master)");
    server.ask("REPLICAOF", "NO", "ONE");
    awaitGranted();
  }

  @Test
  void a_redis_that_has_begun_to_evict_is_left_until_it_does_no_more() {
    server.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    server.ask("CLIENT", "KILL", "TYPE", "normal");
    awaitFailure("redis: maxmemory_policy: allkeys-lru (expected: noeviction)");
    server.ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
    awaitGranted();
  }

  @Test
  void a_script_that_runs_too_long_can_be_killed() {
    server.ask("CONFIG", "SET", "lua-time-limit", "50");
    var script = ask("EVAL", "while true do end", "0");
    awaitFailure("redis: BUSY ");
    assertThat(server.ask("SCRIPT", "KILL")).isEqualTo("OK");
    awaitGranted();
    await().atMost(AT_MOST).until(() -> !script.isAlive());
  }

  @Test
  void a_script_that_has_written_is_waited_for() {
    server.ask("CONFIG", "SET", "lua-time-limit", "50");
    var script = ask("EVAL", WRITES_AND_GOES_ON, "0");
    awaitFailure("redis: BUSY ");
    assertThat(server.ask("SCRIPT", "KILL")).startsWith("UNKILLABLE ");
    awaitGranted();
    await().atMost(AT_MOST).until(() -> !script.isAlive());
  }

  @Test
  void a_redis_that_loads_its_data_says_so() {
    server.ask("EVAL", "for i = 1, 2000 do redis.call('SET', 'other' .. i, i) end", "0");
    server.ask("BGREWRITEAOF");
    await().until(() -> server.ask("INFO", "persistence").contains("aof_rewrite_in_progress:0"));
    server.kill();
    server.restartAtOnce(
        "--key-load-delay", "3000", "--loading-process-events-interval-bytes", "1024");
    awaitFailure("redis: LOADING ");
    awaitGranted();
  }

  @Test
  void a_redis_that_cannot_write_to_its_disk_says_so() throws Exception {
    var inTheWay = Files.createDirectory(folder.resolve("dump.rdb"));
    server.ask("CONFIG", "SET", "save", "3600 1");
    server.ask("BGSAVE");
    await().until(() -> server.ask("INFO", "persistence").contains("last_bgsave_status:err"));
    awaitFailure("redis: MISCONF ");
    Files.delete(inTheWay);
    server.ask("BGSAVE");
    awaitGranted();
  }

  @Test
  void a_master_that_lacks_replicas_says_so() {
    server.ask("CONFIG", "SET", "min-replicas-to-write", "1");
    awaitFailure("redis: NOREPLICAS ");
    server.ask("CONFIG", "SET", "min-replicas-to-write", "0");
    awaitGranted();
  }

  @Test
  void a_redis_without_memory_says_so() {
    server.ask("CONFIG", "SET", "maxmemory", "1");
    awaitFailure("redis: OOM ");
    server.ask("CONFIG", "SET", "maxmemory", "0");
    awaitGranted();
  }

  private Thread ask(String... words) {
    return Thread.ofVirtual().start(() -> server.ask(words));
  }

  private void awaitFailure(String sentence) {
    await()
        .atMost(AT_MOST)
        .untilAsserted(
            () ->
                assertThatThrownBy(this::isGranted)
                    .isInstanceOf(LedgerUnavailableException.class)
                    .hasMessageStartingWith(sentence));
  }

  /// And that nothing of the calls that failed is held any more.
  private void awaitGranted() {
    await()
        .atMost(AT_MOST)
        .ignoreException(LedgerUnavailableException.class)
        .until(this::isGranted);
    await()
        .atMost(AT_MOST)
        .ignoreException(LedgerUnavailableException.class)
        .untilAsserted(
            () ->
                assertThat(ledger.balances(BUDGETS))
                    .allMatch(balance -> balance.held().nanos() == 0));
  }

  /// Of a hold that is released at once.
  private boolean isGranted() {
    var id = "h" + holds.incrementAndGet();
    boolean granted =
        ledger.reserve(Samples.hold(id, BUDGETS, "1", "1")) instanceof Reservation.Granted;
    if (granted) {
      ledger.release(id);
    }
    return granted;
  }
}
