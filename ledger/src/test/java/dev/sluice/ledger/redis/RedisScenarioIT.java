package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Scenario;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RedisScenarioIT {

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

  static List<String> scenarios() {
    return Scenario.names();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void plays_the_scenario(String name) {
    var config = new RedisConfig(server.uri(), name, Duration.ofSeconds(20), null);
    try (var ledger = RedisLedger.connect(config, Scripts.with("manual-clock.lua"))) {
      var text = Scenario.text(name);
      var played = new Scenario(ledger, now -> probe.setClock(config, now)).play(text);
      assertThat(played).isEqualTo(text);
    }
  }
}
