package dev.sluice.mcp.catalog;

import static dev.sluice.mcp.catalog.Declared.http;
import static dev.sluice.mcp.catalog.Declared.server;
import static dev.sluice.mcp.catalog.Declared.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.mcp.catalog.judge.Sight;
import dev.sluice.mcp.tools.ToolDefinition;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A list of tools in another order is the same list.
final class ShuffledListTest {

  private static final ToolServer DECLARED =
      server("one", http(URI.create("https://one.example.com/mcp")));
  private static final ToolServer UNPINNED = with(DECLARED, ToolServer.Pins.NONE, Set.of());

  private static ObjectNode tool(String name, String description) {
    return JsonNodeFactory.instance.objectNode().put("name", name).put("description", description);
  }

  private static Sight sight(ToolServer server, List<ObjectNode> items) {
    return Sight.of(server, items, Optional.of(Map.of()));
  }

  @Test
  void tools_are_in_the_order_of_their_names_whatever_the_servers_order() {
    var items = List.of(tool("write", "W"), tool("Read", "R"), tool("read", "R"), tool("a.b", "A"));
    var sight = sight(UNPINNED, items);
    assertThat(sight.served())
        .extracting(ToolDefinition::name)
        .containsExactly("Read", "a.b", "read", "write");
    assertThat(sight(UNPINNED, items.reversed())).isEqualTo(sight);
    var hidden = sight(DECLARED, items);
    assertThat(hidden.changes()).hasSize(4);
    assertThat(sight(DECLARED, items.reversed())).isEqualTo(hidden);
  }

  @Test
  void of_two_tools_of_one_name_the_first_in_the_servers_list_is_served() {
    var first = tool("read", "first");
    var sight =
        sight(UNPINNED, List.of(tool("write", "W"), first, tool("a", "A"), tool("read", "second")));
    assertThat(sight.tool("read").orElseThrow().json()).isEqualTo(first);
    assertThat(sight.told())
        .extracting(ServerReport.Tool::verdict)
        .containsExactly(Verdict.SERVED, Verdict.SERVED, Verdict.DUPLICATE, Verdict.SERVED);
  }
}
