package dev.sluice.standalone.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.standalone.socket.EventLoops;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.testkit.RealParts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisIT {

  private static final Budget BUDGET =
      Budget.of(Level.KEY, "default/alice", new Window.Rolling(Period.DAY), NanoUsd.parse("5"));

  private final ConcurrentLinkedQueue<String> givenUp = new ConcurrentLinkedQueue<>();
  private final EventLoops loops = EventLoops.start(1);
  @TempDir Path folder;
  private StateFolder state;
  private EmbeddedRedis.Running redis;

  @BeforeEach
  void start() throws Exception {
    state = StateFolder.open(folder.resolve("state of mine"));
    redis =
        EmbeddedRedis.start(RealParts.redisServer(), state, InstantSource.system(), givenUp::add);
  }

  @AfterEach
  void end() throws Exception {
    redis.end();
    state.close();
    loops.close();
    assertThat(givenUp).isEmpty();
  }

  private RedisLedger connect() {
    return RedisLedger.connect(
        RedisConfig.of(redis.uri().toString()).withEventLoops(loops.group()));
  }

  private static void post(RedisLedger ledger, String id, String usd) {
    var amounts = Amounts.usd(NanoUsd.parse(usd));
    ledger
        .reserve(
            new HoldRequest(id, List.of(BUDGET), amounts, amounts, "v1", Duration.ofMinutes(5)))
        .join();
    ledger.settle(id, new Charge(amounts, "")).join();
  }

  private static NanoUsd posted(RedisLedger ledger) {
    return ledger.balances(List.of(BUDGET)).getFirst().posted();
  }

  @Test
  void remembers_over_a_kill_and_over_a_restart() throws Exception {
    try (var ledger = connect()) {
      post(ledger, "one", "1.25");
      var pid = redis.supervisor().pid();
      ProcessHandle.of(pid).orElseThrow().destroyForcibly();
      await().until(() -> redis.supervisor().pid() != pid && redis.supervisor().serving());
      await().ignoreExceptions().until(() -> posted(ledger).equals(NanoUsd.parse("1.25")));
      post(ledger, "two", "0.5");
    }
    redis.end();
    start();
    try (var ledger = connect()) {
      assertThat(posted(ledger)).isEqualTo(NanoUsd.parse("1.75"));
    }
  }

  @Test
  void is_reached_by_its_user_only_and_leaves_no_process() throws Exception {
    assertThat(Files.getPosixFilePermissions(state.socket("redis"))).hasSize(2);
    var pid = redis.supervisor().pid();
    redis.end();
    assertThat(ProcessHandle.of(pid)).isEmpty();
    assertThat(state.run().resolve("redis.pid")).doesNotExist();
    start();
  }
}
