package dev.sluice.operator.report;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ServerReport.Tool;
import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.McpServer;
import dev.sluice.crds.McpServer.ToolStatus;
import dev.sluice.crds.McpServer.Waiting;
import dev.sluice.feed.codec.ToolWords;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What all gateways say of one server of tools. Pure.
///
/// @param connected whether every gateway that reports on it is
/// @param toolless whether a gateway that is connected has none of its tools, and says why
/// @param protocol of the first gateway that has one
/// @param tools of all gateways, those first that are not served
/// @param changes definitions that wait for approval, as the gateways tell them
/// @param lastError of the first gateway that is not connected, else of one that has trouble
record ServerStanding(
    boolean connected,
    boolean toolless,
    @Nullable String protocol,
    List<Tool> tools,
    List<ToolChange> changes,
    @Nullable String lastError) {

  /// Of a text in a status.
  private static final int TEXT_CHARS_MAX = 253;

  private static final int ERROR_CHARS_MAX = 1024;

  private static final Set<Verdict> WAITING =
      Set.of(Verdict.CHANGED, Verdict.NEW, Verdict.NOT_APPROVED);

  private static final Comparator<ToolChange> ORDER =
      Comparator.comparing(ToolChange::tool).thenComparing(ToolChange::digest);

  /// Of all definitions in a status: an object of the API server has 1.5 MiB at most.
  static final int WAITING_BYTES_MAX = 256 << 10;

  ServerStanding {
    tools = List.copyOf(tools);
    changes = List.copyOf(changes);
  }

  /// @param words by the names of gateways
  static Map<ObjectName, ServerStanding> of(Map<String, ToolWords> words) {
    var byServer = new TreeMap<ObjectName, List<ServerReport>>();
    var changes = new TreeMap<ObjectName, List<ToolChange>>();
    for (var ofGateway : new TreeMap<>(words).values()) {
      for (var report : ofGateway.reports()) {
        byServer.computeIfAbsent(report.server(), _ -> new ArrayList<>()).add(report);
      }
      for (var change : ofGateway.changes()) {
        changes.computeIfAbsent(change.server(), _ -> new ArrayList<>()).add(change);
      }
    }
    var standings = new TreeMap<ObjectName, ServerStanding>();
    byServer.forEach(
        (server, all) -> standings.put(server, of(all, changes.getOrDefault(server, List.of()))));
    return standings;
  }

  private static ServerStanding of(List<ServerReport> reports, List<ToolChange> changes) {
    var away = reports.stream().filter(report -> !report.connected()).toList();
    var toolless = reports.stream().filter(ServerReport::toolless).toList();
    var troubled = away.isEmpty() ? toolless.isEmpty() ? reports : toolless : away;
    return new ServerStanding(
        away.isEmpty(),
        !toolless.isEmpty(),
        reports.stream()
            .map(ServerReport::protocol)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null),
        tools(reports),
        changes.stream().distinct().sorted(ORDER).toList(),
        troubled.stream()
            .map(ServerReport::lastError)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(null));
  }

  /// A definition that one gateway serves and another does not is shown as what it is to the other.
  private static List<Tool> tools(List<ServerReport> reports) {
    var all = new LinkedHashMap<Definition, Tool>();
    for (var report : reports) {
      // A gateway that lost its connection may know an older list.
      if (report.connected() || reports.stream().noneMatch(ServerReport::connected)) {
        report.tools().forEach(tool -> all.merge(Definition.of(tool), tool, ServerStanding::worse));
      }
    }
    var hidden = all.values().stream().filter(tool -> tool.verdict() != Verdict.SERVED);
    var served = all.values().stream().filter(tool -> tool.verdict() == Verdict.SERVED);
    return Stream.concat(hidden, served).toList();
  }

  private record Definition(String name, String digest, boolean duplicate) {
    static Definition of(Tool tool) {
      return new Definition(tool.name(), tool.digest(), tool.verdict() == Verdict.DUPLICATE);
    }
  }

  private static Tool worse(Tool one, Tool other) {
    return one.verdict() == Verdict.SERVED ? other : one;
  }

  /// The first of them, as a status has them.
  List<ToolStatus> shown() {
    return tools.stream()
        .limit(McpServer.Status.TOOLS_MAX)
        .map(
            tool ->
                new ToolStatus(
                    cut(tool.name(), TEXT_CHARS_MAX),
                    tool.digest().isEmpty() ? null : tool.digest(),
                    word(tool.verdict()),
                    tool.suspicions().stream()
                        .limit(ToolStatus.SUSPICIONS_MAX)
                        .map(sentence -> cut(sentence, TEXT_CHARS_MAX))
                        .toList()))
        .toList();
  }

  /// Those that fit, of tools that are shown as hidden; a definition is whole or it is not there.
  List<Waiting> waiting() {
    var hidden = new HashSet<List<String>>();
    for (var tool : tools) {
      if (WAITING.contains(tool.verdict())) {
        hidden.add(List.of(tool.name(), tool.digest()));
      }
    }
    var shown = new ArrayList<Waiting>();
    int left = WAITING_BYTES_MAX;
    for (var change : changes) {
      var recorded = change.recorded();
      int size = bytes(change.current()) + (recorded == null ? 0 : bytes(recorded));
      if (shown.size() < McpServer.Status.WAITING_MAX
          && fits(change)
          && size <= left
          && hidden.remove(List.of(change.tool(), change.digest()))) {
        left -= size;
        shown.add(new Waiting(change.tool(), change.digest(), recorded, change.current()));
      }
    }
    return List.copyOf(shown);
  }

  private static boolean fits(ToolChange change) {
    var recorded = change.recorded();
    return change.tool().length() <= TEXT_CHARS_MAX
        && change.current().length() <= Waiting.DEFINITION_CHARS_MAX
        && (recorded == null || recorded.length() <= Waiting.DEFINITION_CHARS_MAX);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /// Null where all tools are shown.
  @Nullable String note() {
    int more = tools.size() - McpServer.Status.TOOLS_MAX;
    return more <= 0 ? null : more + " more tools are not listed here";
  }

  @Nullable String shownError() {
    return lastError == null ? null : cut(lastError, ERROR_CHARS_MAX);
  }

  static String word(Verdict verdict) {
    return switch (verdict) {
      case SERVED -> "Served";
      case CHANGED -> "Changed";
      case NEW -> "New";
      case NOT_APPROVED -> "NotApproved";
      case DUPLICATE -> "Duplicate";
      case NO_DIGEST -> "NoDigest";
      case DENIED -> "Denied";
    };
  }

  /// Half of a character is none.
  private static String cut(String text, int chars) {
    return text.codePointCount(0, text.length()) <= chars
        ? text
        : text.substring(0, text.offsetByCodePoints(0, chars));
  }
}
