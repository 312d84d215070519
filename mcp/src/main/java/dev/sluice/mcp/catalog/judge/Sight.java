package dev.sluice.mcp.catalog.judge;

import dev.sluice.core.mcp.PinStore.Pin;
import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.Globs;
import dev.sluice.mcp.tools.Pinning;
import dev.sluice.mcp.tools.Pinning.Judged;
import dev.sluice.mcp.tools.Suspicion;
import dev.sluice.mcp.tools.ToolDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/// A server's tools under its declaration: those that are served, and what is said of each.
///
/// @param byName those that are served
/// @param told without what only the lists of other servers show
/// @param changes those that pins hide, and that a person could approve
/// @param idle what the declaration says of tools and no tool has, a sentence each
/// @param hidden why those without an approval are not served, whatever they are; empty where each
///   has its own verdict
public record Sight(
    List<ToolDefinition> served,
    Map<String, ToolDefinition> byName,
    List<ServerReport.Tool> told,
    List<ToolChange> changes,
    List<String> idle,
    Optional<String> hidden) {

  /// Of a server whose list is not known.
  public static final Sight NOTHING =
      new Sight(List.of(), Map.of(), List.of(), List.of(), List.of(), Optional.empty());

  private static final String UNPINNED = "tools are hidden: what they were at first is not known";

  public Sight {
    served = List.copyOf(served);
    byName = Map.copyOf(byName);
    told = List.copyOf(told);
    changes = List.copyOf(changes);
    idle = List.copyOf(idle);
  }

  /// @param recorded empty where it is not known: then no tool is served that needs to be on record
  public static Sight of(
      ToolServer server, List<ObjectNode> items, Optional<Map<String, Pin>> recorded) {
    var tools = Tools.of(server.name(), items);
    var unknown = server.pins() == ToolServer.Pins.FIRST_USE && recorded.isEmpty();
    var pins = recorded.orElse(Map.of());
    var suspicions = Suspicion.about(tools);
    var served = new LinkedHashMap<String, ToolDefinition>();
    var told = new ArrayList<ServerReport.Tool>();
    var changes = new ArrayList<ToolChange>();
    for (var judged : pinning(server, pins).judge(tools)) {
      var tool = judged.tool();
      var verdict = offered(server, tool) ? verdict(judged) : Verdict.DENIED;
      told.add(
          new ServerReport.Tool(
              tool.name(),
              judged.digest(),
              verdict,
              suspicions.getOrDefault(tool, List.of()).stream().map(Sentences::of).toList()));
      switch (verdict) {
        case SERVED -> served.put(tool.name(), tool);
        case CHANGED, NEW, NOT_APPROVED -> changes.add(change(judged, pins));
        case DUPLICATE, NO_DIGEST, DENIED -> {
          // Nobody can approve it.
        }
      }
    }
    // What an approval names needs no record.
    return unknown && !changes.isEmpty()
        ? sight(served, told, List.of(), idle(server, tools), Optional.of(UNPINNED))
        : sight(served, told, changes, idle(server, tools), Optional.empty());
  }

  /// Of two tools with one name only the first is served.
  private static Sight sight(
      Map<String, ToolDefinition> served,
      List<ServerReport.Tool> told,
      List<ToolChange> changes,
      List<String> idle,
      Optional<String> hidden) {
    return new Sight(List.copyOf(served.values()), served, told, changes, idle, hidden);
  }

  /// One that is served.
  public Optional<ToolDefinition> tool(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  private static List<String> idle(ToolServer server, List<ToolDefinition> tools) {
    if (tools.isEmpty()) {
      return List.of();
    }
    return Stream.concat(
            idle("spec.tools.allow", server.allowed(), tools),
            idle("spec.tools.deny", server.denied(), tools))
        .toList();
  }

  private static Stream<String> idle(String field, Globs globs, List<ToolDefinition> tools) {
    return globs.patterns().stream()
        .filter(
            pattern -> {
              var one = new Globs(List.of(pattern));
              return tools.stream().noneMatch(tool -> one.matches(tool.name()));
            })
        .map(
            pattern ->
                "%s: %s (expected: the name of one of its tools, or a glob that matches one)"
                    .formatted(field, pattern));
  }

  private static Pinning pinning(ToolServer server, Map<String, Pin> pins) {
    return switch (server.pins()) {
      case NONE -> new Pinning.None();
      case APPROVE -> new Pinning.Approve(server.approvedDigests());
      case FIRST_USE ->
          new Pinning.FirstUse(
              pins.entrySet().stream()
                  .collect(Collectors.toMap(Map.Entry::getKey, pin -> pin.getValue().digest())),
              server.approvedDigests());
    };
  }

  private static boolean offered(ToolServer server, ToolDefinition tool) {
    return server.allowed().matches(tool.name()) && !server.denied().matches(tool.name());
  }

  private static Verdict verdict(Judged judged) {
    return switch (judged.verdict()) {
      case Pinning.Verdict.Served() -> Verdict.SERVED;
      case Pinning.Verdict.Changed _ -> Verdict.CHANGED;
      case Pinning.Verdict.New() -> Verdict.NEW;
      case Pinning.Verdict.NotApproved() -> Verdict.NOT_APPROVED;
      case Pinning.Verdict.Duplicate() -> Verdict.DUPLICATE;
      case Pinning.Verdict.NoDigest _ -> Verdict.NO_DIGEST;
    };
  }

  private static ToolChange change(Judged judged, Map<String, Pin> pins) {
    var tool = judged.tool();
    var pin = pins.get(tool.name());
    return new ToolChange(
        tool.server(),
        tool.name(),
        pin == null ? null : pin.definition(),
        tool.pinned(),
        judged.digest());
  }
}
