package dev.sluice.mcp.catalog;

import static dev.sluice.mcp.catalog.Declared.http;
import static dev.sluice.mcp.catalog.Declared.name;
import static dev.sluice.mcp.catalog.Declared.server;
import static dev.sluice.mcp.catalog.World.WITHIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.feed.Pins;
import dev.sluice.feed.ServerReports;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import org.junit.jupiter.api.Test;

final class RedisPinsIT {

  @Test
  void all_gateways_go_by_one_record_over_restarts_and_tell_what_is_hidden() throws Exception {
    try (var redis = RedisServer.start();
        var simulated = LegacyMcpSimulator.start(McpScript.STANDARD);
        var pins = Pins.open(RedisConfig.of(redis.uri()));
        var told = ServerReports.open(RedisConfig.of(redis.uri()), "gateway-1")) {
      simulated.define("a-weather", "Tells the weather");
      try (var world = World.with(pins).declare(server("one", http(simulated.url())))) {
        world.awaitTool("one", "a-weather");
      }
      simulated.define("a-weather", "Tells something else");
      try (var others = Pins.open(RedisConfig.of(redis.uri()));
          var world = World.with(others).declare(server("one", http(simulated.url())))) {
        world.awaitTool("one", "echo");
        assertThat(world.tools("one")).doesNotContain("a-weather");
        assertThat(world.verdict("one", "a-weather")).isEqualTo(Verdict.CHANGED);
        await().atMost(WITHIN).until(() -> !world.changes.get().isEmpty());
        told.tell(world.reports.get(), world.changes.get());
        await().atMost(WITHIN).until(() -> told.all().containsKey("gateway-1"));
        var change = told.all().get("gateway-1").changes().getFirst();
        assertThat(change.server()).isEqualTo(name("one"));
        assertThat(change.recorded()).contains("Tells the weather");
        assertThat(change.current()).contains("Tells something else");
      }
    }
  }

  @Test
  void without_redis_a_server_that_was_never_seen_is_not_served_and_one_that_was_is()
      throws Exception {
    try (var redis = RedisServer.start();
        var simulated = LegacyMcpSimulator.start(McpScript.STANDARD);
        var late = LegacyMcpSimulator.start(McpScript.STANDARD);
        var pins = Pins.open(RedisConfig.of(redis.uri()));
        var world = World.with(pins)) {
      var seen = server("seen", http(simulated.url()));
      world.declare(seen);
      world.awaitTool("seen", "echo");
      redis.kill();
      world.declare(seen, server("late", http(late.url())));
      await()
          .atMost(WITHIN)
          .until(() -> world.server("late").away().orElse("").startsWith("tools are hidden: "));
      assertThat(world.tools("late")).isEmpty();
      assertThat(world.tools("seen")).contains("echo");
      redis.restart();
      world.awaitTool("late", "echo");
    }
  }
}
