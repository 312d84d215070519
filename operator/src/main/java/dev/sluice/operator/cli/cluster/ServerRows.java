package dev.sluice.operator.cli.cluster;

import static dev.sluice.operator.cli.cluster.Status.text;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.listing.HiddenTool;
import dev.sluice.core.listing.Row;
import dev.sluice.operator.kinds.McpServerResource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Servers of tools, from what the operator reported.
final class ServerRows {

  private static final Set<String> WAITING = Set.of("Changed", "New", "NotApproved");

  private ServerRows() {}

  static Row.OfServer row(McpServerResource object) {
    var name = ApiObjects.name(object);
    var status = Status.of(object);
    var json = status.json();
    boolean told = json.path("toolCount").isIntegralNumber();
    return new Row.OfServer(
        name.namespace(),
        name.name(),
        status.state(),
        text(ClusterRows.spec(object), "transport"),
        text(json, "protocol"),
        told ? json.path("toolCount").asLong() : null,
        told ? tools(json).stream().filter(tool -> !state(tool).equals("Served")).count() : null,
        text(json, "lastError"));
  }

  /// By name.
  static List<HiddenTool> hidden(McpServerResource object) {
    var name = ApiObjects.name(object);
    var json = Status.of(object).json();
    return tools(json).stream()
        .filter(tool -> WAITING.contains(state(tool)))
        .map(
            tool -> {
              var tells = waiting(json, tool);
              return new HiddenTool(
                  name.namespace(),
                  name.name(),
                  tool.path("name").asText(),
                  state(tool),
                  suspicions(tool),
                  tool.path("digest").asText(),
                  tells == null ? null : text(tells, "recorded"),
                  tells == null ? null : text(tells, "current"));
            })
        .sorted(Comparator.comparing(HiddenTool::tool))
        .toList();
  }

  private static List<JsonNode> tools(JsonNode status) {
    var tools = new ArrayList<JsonNode>();
    status.path("tools").forEach(tools::add);
    return tools;
  }

  private static List<String> suspicions(JsonNode tool) {
    var suspicions = new ArrayList<String>();
    tool.path("suspicions").forEach(suspicion -> suspicions.add(suspicion.asText()));
    return suspicions;
  }

  private static String state(JsonNode tool) {
    return tool.path("state").asText();
  }

  /// Null where its definitions did not fit.
  private static @Nullable JsonNode waiting(JsonNode status, JsonNode tool) {
    for (var waiting : status.path("waiting")) {
      if (waiting.path("tool").equals(tool.path("name"))
          && waiting.path("digest").equals(tool.path("digest"))) {
        return waiting;
      }
    }
    return null;
  }
}
