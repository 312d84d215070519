package dev.sluice.mcp.catalog.judge;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.tools.Suspicion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Tools of several servers that have one name: what only all reports together show.
public final class Collisions {

  /// More are not told of one tool.
  private static final int OTHERS_MAX = 8;

  private Collisions() {}

  public static List<ServerReport> told(List<ServerReport> reports) {
    var owners = new HashMap<String, Set<ObjectName>>();
    for (var report : reports) {
      for (var tool : report.tools()) {
        owners.computeIfAbsent(key(tool), _ -> new TreeSet<>()).add(report.server());
      }
    }
    return reports.stream().map(report -> told(report, owners)).toList();
  }

  private static String key(ServerReport.Tool tool) {
    return tool.name().toLowerCase(Locale.ROOT);
  }

  private static ServerReport told(ServerReport report, Map<String, Set<ObjectName>> owners) {
    var tools =
        report.tools().stream()
            .map(
                tool -> {
                  var suspicions = new ArrayList<>(tool.suspicions());
                  owners.getOrDefault(key(tool), Set.of()).stream()
                      .filter(other -> !other.equals(report.server()))
                      .limit(OTHERS_MAX)
                      .map(other -> Sentences.of(new Suspicion.SameName(other.toString())))
                      .forEach(suspicions::add);
                  return new ServerReport.Tool(
                      tool.name(), tool.digest(), tool.verdict(), suspicions);
                })
            .toList();
    return new ServerReport(
        report.server(),
        report.connected(),
        report.since(),
        report.protocol(),
        tools,
        report.lastError());
  }
}
