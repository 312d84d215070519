package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Level;
import dev.sluice.core.budget.Period;
import dev.sluice.core.budget.Window;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.History;
import dev.sluice.ledger.Seeds;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RedisHistoryIT {

  private static RedisServer server;
  private static RedisProbe probe;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
    probe = new RedisProbe(server.uri());
  }

  @AfterAll
  static void end() {
    probe.close();
    server.close();
  }

  @Test
  void several_clients_answer_as_the_model_does() {
    Seeds.of("redis", 1_000).forEach(seed -> play(seed, "history-" + seed, _ -> {}));
  }

  @Test
  void nothing_is_forgotten_when_redis_is_killed_between_verbs() {
    Seeds.of("restarts", 100)
        .forEach(
            seed -> {
              var random = new Random(seed);
              play(
                  seed,
                  "restarts-" + seed,
                  ledgers -> {
                    if (random.nextInt(40) == 0) {
                      server.kill();
                      server.restart();
                      ledgers.forEach(RedisHistoryIT::awaitConnection);
                    }
                  });
            });
  }

  /// As they run side by side during an upgrade.
  @Test
  void gateways_of_the_first_build_of_this_layout_and_of_today_answer_as_the_model_does() {
    var first = Scripts.of("layout-3/", "manual-clock.lua");
    Seeds.of("upgrade", 100).forEach(seed -> play(seed, "upgrade-" + seed, first, _ -> {}));
  }

  private static void play(long seed, String installation, Consumer<List<Blocking>> betweenSteps) {
    play(seed, installation, Scripts.with("manual-clock.lua"), betweenSteps);
  }

  private static void play(
      long seed, String installation, Scripts others, Consumer<List<Blocking>> betweenSteps) {
    var config = new RedisConfig(server.uri(), installation, Duration.ofSeconds(10), null);
    try (var one = new Blocking(RedisLedger.connect(config, Scripts.with("manual-clock.lua")));
        var other = new Blocking(RedisLedger.connect(config, others))) {
      new History(seed, List.of(one, other), now -> probe.setClock(config, now))
          .play(60, () -> betweenSteps.accept(List.of(one, other)));
      assertThat(probe.keys(config, "deadlines")).as("open holds, seed %s", seed).isEmpty();
    }
    probe.commands().flushall();
  }

  /// A client learns that its connection is dead only when it uses it, and that call fails. What a
  /// lost reply means is played elsewhere; here each verb is to meet a Redis that is back.
  private static void awaitConnection(Blocking ledger) {
    var untouched =
        Budget.of(Level.KEY, "default/untouched", new Window.Rolling(Period.DAY), NanoUsd.ZERO);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> ledger.balances(List.of(untouched)).size() == 1);
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .until(() -> probe.commands().ping().equals("PONG"));
  }
}
