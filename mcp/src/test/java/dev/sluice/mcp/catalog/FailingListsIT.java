package dev.sluice.mcp.catalog;

import static dev.sluice.mcp.catalog.Declared.http;
import static dev.sluice.mcp.catalog.Declared.server;
import static dev.sluice.mcp.catalog.Declared.with;
import static dev.sluice.mcp.catalog.World.WITHIN;
import static dev.sluice.mcp.catalog.World.echo;
import static dev.sluice.mcp.catalog.World.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.policy.Globs;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Lie;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Servers that are there, and of which one list cannot be had.
final class FailingListsIT {

  @Test
  void a_list_without_end_is_not_served_and_its_server_says_why() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD.with(Lie.ENDLESS_PAGES));
        var good = ModernMcpSimulator.start(McpScript.STANDARD);
        var world = World.with(new MemoryPins())) {
      world.declare(server("endless", http(server.url())), server("good", http(good.url())));
      world.awaitTool("good", "echo");
      await().atMost(WITHIN).until(() -> world.report("endless").lastError() != null);
      assertThat(world.report("endless").lastError()).isEqualTo("tools/list: more than 100 pages");
      assertThat(world.report("endless").toolless()).isTrue();
      assertThat(world.report("good").toolless()).isFalse();
      assertThat(world.server("endless").away()).contains("tools/list: more than 100 pages");
      assertThat(world.tools("endless")).isEmpty();
      await().atMost(WITHIN).until(() -> !world.server("endless").prompts().isEmpty());
      assertThat(text(world.server("endless").call(echo("yes")))).isEqualTo("yes");
    }
  }

  @Test
  void a_server_whose_prompts_alone_fail_says_so_and_its_tools_are_not_to_blame() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD.with(Lie.NO_PROMPTS));
        var world = World.with(new MemoryPins())) {
      var all = server("one", http(server.url()));
      var none = with(server("none", http(server.url())), Globs.ALL, Globs.ALL);
      world.declare(all, none);
      for (var name : List.of("one", "none")) {
        await().atMost(WITHIN).until(() -> world.report(name).lastError() != null);
        assertThat(world.report(name).lastError())
            .isEqualTo("prompts/list: the server refuses it with error -32603");
        assertThat(world.report(name).toolless()).isFalse();
      }
      world.awaitTool("one", "echo");
      assertThat(world.server("one").away()).isEmpty();
      assertThat(world.server("none").tools()).isEmpty();
      assertThat(world.server("none").away()).isEmpty();
    }
  }
}
