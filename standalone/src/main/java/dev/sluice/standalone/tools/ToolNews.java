package dev.sluice.standalone.tools;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.ReportListener;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs each tool that begins to wait for approval, what is odd in definitions, and what is wrong
/// with servers that are connected, where no operator makes events and a status of it.
public final class ToolNews implements ReportListener {

  private static final Logger LOG = LoggerFactory.getLogger(ToolNews.class);
  private static final int DEFINITION_CHARS_MAX = 4096;

  /// Of a server that has more, the first are told.
  private static final int SUSPICIONS_MAX = 64;

  /// A sentence about a tool.
  private record Odd(ObjectName server, String tool, String suspicion) {}

  private Set<ToolChange> told = Set.of();
  private Set<Odd> suspected = Set.of();
  private Map<ObjectName, String> troubled = Map.of();

  @Override
  public void heard(List<ServerReport> reports, List<ToolChange> changes) {
    for (var change : changes) {
      if (!told.contains(change)) {
        log(change);
      }
    }
    told = Set.copyOf(changes);
    var odd = new LinkedHashSet<Odd>();
    reports.forEach(report -> odd.addAll(odd(report)));
    odd.stream().filter(one -> !suspected.contains(one)).forEach(ToolNews::log);
    suspected = Set.copyOf(odd);
    var troubles = troubles(reports);
    troubles.forEach(
        (server, trouble) -> {
          if (!trouble.equals(troubled.get(server))) {
            log(server, trouble);
          }
        });
    troubled = troubles;
  }

  /// The connection itself tells why there is none.
  private static Map<ObjectName, String> troubles(List<ServerReport> reports) {
    var troubles = new TreeMap<ObjectName, String>();
    for (var report : reports) {
      var error = report.lastError();
      if (report.connected() && error != null) {
        troubles.put(report.server(), error);
      }
    }
    return troubles;
  }

  private static void log(ObjectName server, String trouble) {
    LOG.atWarn()
        .addKeyValue("server", server.toString())
        .addKeyValue("trouble", trouble)
        .log("something is wrong with a server of tools");
  }

  private static List<Odd> odd(ServerReport report) {
    return report.tools().stream()
        .filter(tool -> tool.verdict() != ServerReport.Verdict.DENIED)
        .flatMap(
            tool ->
                tool.suspicions().stream()
                    .map(suspicion -> new Odd(report.server(), tool.name(), suspicion)))
        .limit(SUSPICIONS_MAX)
        .toList();
  }

  private static void log(Odd odd) {
    LOG.atWarn()
        .addKeyValue("server", odd.server().toString())
        .addKeyValue("tool", odd.tool())
        .addKeyValue("suspicion", odd.suspicion())
        .log("a definition of a tool is suspicious");
  }

  private static void log(ToolChange change) {
    var recorded = change.recorded();
    LOG.atWarn()
        .addKeyValue("server", change.server().toString())
        .addKeyValue("tool", change.tool())
        .addKeyValue("digest", change.digest())
        .addKeyValue("recorded", recorded == null ? null : within(recorded))
        .addKeyValue("current", within(change.current()))
        .log("a tool is hidden until its digest is in approvedDigests");
  }

  private static String within(String definition) {
    return definition.length() <= DEFINITION_CHARS_MAX
        ? definition
        : definition.substring(0, DEFINITION_CHARS_MAX) + "...";
  }
}
