package dev.sluice.mcp.catalog;

import dev.sluice.core.mcp.ServerReport;
import dev.sluice.core.mcp.ToolChange;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/// Tells the listener of reports what is new, at most once in a time.
final class Reporting {

  /// What is said at a time.
  record Said(List<ServerReport> reports, List<ToolChange> changes) {
    Said {
      reports = List.copyOf(reports);
      changes = List.copyOf(changes);
    }
  }

  /// That something may be new.
  private record Look() {}

  private final Supplier<Said> current;
  private final ReportListener listener;
  private final Handover<Look> handover;
  private Said last = new Said(List.of(), List.of());

  Reporting(Supplier<Said> current, ReportListener listener, Duration every) {
    this.current = current;
    this.listener = listener;
    this.handover = new Handover<>(_ -> tell(), every);
  }

  void start() {
    handover.start("mcp-reports");
  }

  void look() {
    handover.offer(new Look());
  }

  void close() {
    handover.close();
  }

  private void tell() {
    var now = current.get();
    if (!now.equals(last)) {
      last = now;
      listener.heard(now.reports(), now.changes());
    }
  }
}
