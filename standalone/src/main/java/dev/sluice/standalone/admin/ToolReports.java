package dev.sluice.standalone.admin;

import dev.sluice.core.listing.HiddenTool;
import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ServerReport.Verdict;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.catalog.ReportListener;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was said last of the servers of tools of one machine.
public final class ToolReports implements ReportListener {

  /// Those that somebody can approve.
  private static final Map<Verdict, String> WAITING =
      Map.of(Verdict.CHANGED, "Changed", Verdict.NEW, "New", Verdict.NOT_APPROVED, "NotApproved");

  private record Said(List<ServerReport> reports, List<ToolChange> changes) {
    Said {
      reports = List.copyOf(reports);
      changes = List.copyOf(changes);
    }
  }

  private volatile Said said = new Said(List.of(), List.of());

  @Override
  public void heard(List<ServerReport> reports, List<ToolChange> changes) {
    said = new Said(reports, changes);
  }

  Optional<ServerReport> of(ObjectName server) {
    return said.reports().stream().filter(report -> report.server().equals(server)).findFirst();
  }

  /// By server and name.
  List<HiddenTool> hidden() {
    var now = said;
    var hidden = new ArrayList<HiddenTool>();
    for (var report : now.reports()) {
      for (var tool : report.tools()) {
        var state = WAITING.get(tool.verdict());
        if (state != null) {
          hidden.add(hidden(report.server(), tool, state, change(now, report.server(), tool)));
        }
      }
    }
    hidden.sort(
        Comparator.comparing(HiddenTool::namespace)
            .thenComparing(HiddenTool::server)
            .thenComparing(HiddenTool::tool));
    return List.copyOf(hidden);
  }

  static boolean hides(ServerReport.Tool tool) {
    return tool.verdict() != Verdict.SERVED;
  }

  private static HiddenTool hidden(
      ObjectName server, ServerReport.Tool tool, String state, @Nullable ToolChange change) {
    return new HiddenTool(
        server.namespace(),
        server.name(),
        tool.name(),
        state,
        tool.suspicions(),
        tool.digest(),
        change == null ? null : change.recorded(),
        change == null ? null : change.current());
  }

  private static @Nullable ToolChange change(Said now, ObjectName server, ServerReport.Tool tool) {
    return now.changes().stream()
        .filter(change -> change.server().equals(server))
        .filter(change -> change.tool().equals(tool.name()))
        .filter(change -> change.digest().equals(tool.digest()))
        .findFirst()
        .orElse(null);
  }
}
