package dev.sluice.bench.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.budget.Period;
import dev.sluice.ledger.redis.RedisLedger;
import dev.sluice.standalone.socket.EventLoops;
import dev.sluice.testkit.RealParts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Redis says of itself is what was done to it.
final class RedisFiguresIT {

  private final SixLevels levels = SixLevels.of("alice", Period.YEAR);
  private OwnRedis own;
  private RedisFigures redis;
  private EventLoops loops;
  private RedisLedger ledger;
  private Verbs verbs;

  @BeforeEach
  void start(@TempDir Path folder) {
    own = OwnRedis.start(RealParts.redisServer(), folder);
    redis = new RedisFigures(own.uri());
    loops = EventLoops.start(1);
    ledger = OwnRedis.connect(own.uri(), loops);
    verbs = new Verbs(ledger);
  }

  @AfterEach
  void stop() {
    ledger.close();
    loops.close();
    redis.close();
    own.close();
  }

  @Test
  void counts_and_times_the_scripts() {
    redis.forgetTimes();
    Verbs.all(50, 8, _ -> verbs.pair(levels));
    var time = redis.scriptTime();
    assertThat(time.calls()).isEqualTo(100);
    assertThat(time.p50()).isBetween(1.0, time.p99());
    assertThat(redis.version()).matches("(Redis|Valkey) \\d+\\.\\d+.*");
  }

  @Test
  void tells_each_call_with_its_words() {
    redis.watchCalls();
    var id = Verbs.await(verbs.reserve(levels));
    Verbs.await(verbs.settle(id));
    assertThat(redis.calls().stream().filter(RedisFigures.Call::isScript))
        .hasSize(2)
        .allSatisfy(call -> assertThat(call.words()).contains(id));
  }

  @Test
  void memory_and_cpu_grow_with_the_holds() {
    long bytes = redis.usedBytes();
    double seconds = redis.cpuSeconds();
    var open = new ArrayList<CompletableFuture<String>>();
    for (int i = 0; i < 2_000; i++) {
      open.add(verbs.reserve(levels));
    }
    open.forEach(Verbs::await);
    assertThat(redis.usedBytes() - bytes).isGreaterThan(2_000 * 100);
    assertThat(redis.cpuSeconds()).isGreaterThan(seconds);
  }

  @Test
  void a_call_that_failed_fails_them_all() {
    assertThatThrownBy(
            () -> Verbs.all(9, 2, _ -> CompletableFuture.failedFuture(new Exception("no"))))
        .hasMessageContaining("a call failed");
  }
}
