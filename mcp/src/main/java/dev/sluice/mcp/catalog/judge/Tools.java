package dev.sluice.mcp.catalog.judge;

import dev.sluice.core.mcp.PinStore.Pin;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.tools.Pinning;
import dev.sluice.mcp.tools.ToolDefinition;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// Definitions of a list, and what is recorded of them.
public final class Tools {

  private Tools() {}

  /// In the order of their names, so that a list in another order is the same; those of one name
  /// are in the list's. What has no name is no tool.
  public static List<ToolDefinition> of(ObjectName server, List<ObjectNode> items) {
    return items.stream()
        .filter(item -> !item.path("name").stringValue("").isEmpty())
        .map(item -> new ToolDefinition(server, item.path("name").stringValue(""), item))
        .sorted(Comparator.comparing(ToolDefinition::name))
        .toList();
  }

  /// Of each tool that has a digest.
  public static Map<String, Pin> pins(List<ToolDefinition> tools) {
    var digests = Pinning.firstUse(tools);
    var pins = new HashMap<String, Pin>();
    for (var tool : tools) {
      var digest = digests.get(tool.name());
      if (digest != null && !pins.containsKey(tool.name())) {
        pins.put(tool.name(), new Pin(digest, tool.pinned()));
      }
    }
    return Map.copyOf(pins);
  }
}
