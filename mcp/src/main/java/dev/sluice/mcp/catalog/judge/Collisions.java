package dev.sluice.mcp.catalog.judge;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.tools.LookAlikes;
import dev.sluice.mcp.tools.Suspicion;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Tools of several servers whose names mislead: what only all reports together show.
public final class Collisions {

  /// More are not told of one tool.
  private static final int OTHERS_MAX = 8;

  private record Named(ObjectName server, String tool) {
    static final Comparator<Named> ORDER =
        Comparator.comparing(Named::server).thenComparing(Named::tool);
  }

  /// Names by what they look like, each looked at once.
  private record Looks(Map<String, String> skeletons, Map<String, Set<Named>> alike) {
    String skeleton(String name) {
      return skeletons.computeIfAbsent(name, LookAlikes::skeleton);
    }

    void add(Named named) {
      alike.computeIfAbsent(skeleton(named.tool()), _ -> new TreeSet<>(Named.ORDER)).add(named);
    }

    Set<Named> like(Named named) {
      return alike.getOrDefault(skeleton(named.tool()), Set.of());
    }
  }

  private Collisions() {}

  public static List<ServerReport> told(List<ServerReport> reports) {
    var looks = new Looks(new HashMap<>(), new HashMap<>());
    for (var report : reports) {
      report.tools().forEach(tool -> looks.add(new Named(report.server(), tool.name())));
    }
    return reports.stream().map(report -> told(report, looks)).toList();
  }

  private static ServerReport told(ServerReport report, Looks looks) {
    var tools =
        report.tools().stream()
            .map(
                tool -> {
                  var suspicions = new ArrayList<>(tool.suspicions());
                  var own = new Named(report.server(), tool.name());
                  looks.like(own).stream()
                      .flatMap(other -> misleading(own, other).stream())
                      .distinct()
                      .limit(OTHERS_MAX)
                      .map(Sentences::of)
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
        report.lastError(),
        report.toolsFail());
  }

  /// Names of servers are the platform team's own, and are not compared by their looks.
  private static Optional<Suspicion> misleading(Named own, Named other) {
    if (other.server().equals(own.server())) {
      return Optional.empty();
    }
    var server = other.server().toString();
    if (!other.tool().equals(own.tool())) {
      return Optional.of(new Suspicion.LooksAlike(server));
    }
    return other.server().name().equals(own.server().name())
        ? Optional.of(new Suspicion.SameName(server))
        : Optional.empty();
  }
}
