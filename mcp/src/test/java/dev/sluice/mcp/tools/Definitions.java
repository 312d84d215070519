package dev.sluice.mcp.tools;

import dev.sluice.core.policy.ObjectName;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Definitions for tests.
final class Definitions {
  private static final JsonMapper JSON = new JsonMapper();

  private Definitions() {}

  static ToolDefinition tool(String server, String name) {
    return tool(server, name, "Does what it is called.");
  }

  static ToolDefinition tool(String server, String name, String description) {
    ObjectNode json = JSON.createObjectNode().put("name", name).put("description", description);
    json.putObject("inputSchema").put("type", "object");
    return new ToolDefinition(new ObjectName("default", server), name, json);
  }
}
