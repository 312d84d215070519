package dev.sluice.standalone.tools;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ToolChange;
import dev.sluice.mcp.catalog.ReportListener;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Logs each tool that begins to wait for approval, where no operator makes an event of it.
public final class ToolNews implements ReportListener {

  private static final Logger LOG = LoggerFactory.getLogger(ToolNews.class);
  private static final int DEFINITION_CHARS_MAX = 4096;

  private Set<ToolChange> told = Set.of();

  @Override
  public void heard(List<ServerReport> reports, List<ToolChange> changes) {
    for (var change : changes) {
      if (!told.contains(change)) {
        log(change);
      }
    }
    told = Set.copyOf(changes);
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
