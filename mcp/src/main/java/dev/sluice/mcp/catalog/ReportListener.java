package dev.sluice.mcp.catalog;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ToolChange;
import java.util.List;

/// Hears what the catalog says of its servers, each time that it says something else.
public interface ReportListener {

  ReportListener NONE = (_, _) -> {};

  /// All of them; called by one thread, which may wait.
  void heard(List<ServerReport> reports, List<ToolChange> changes);
}
