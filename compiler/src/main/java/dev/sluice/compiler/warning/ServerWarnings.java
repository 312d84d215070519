package dev.sluice.compiler.warning;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.tools.Overlap;
import dev.sluice.compiler.tools.ServerPlan;
import dev.sluice.core.mcp.ToolServer.Pins;

/// Finds what a server's manifest says in vain: patterns that its own denials undo, digests of
/// nothing, rules for records that are not kept.
public record ServerWarnings(ServerPlan plan, Complaints warnings) {

  public void find() {
    var server = plan.server();
    var allowed = server.allowed().patterns();
    for (int i = 0; i < allowed.size(); i++) {
      if (Overlap.covers(server.denied(), allowed.get(i))) {
        warnings.vain(
            "spec.tools.allow[" + i + "]", allowed.get(i), "spec.tools.deny has all of it");
      }
    }
    if (server.pins() == Pins.APPROVE && server.approvedDigests().isEmpty()) {
      var why = "no tool is served before its digest is in spec.approvedDigests";
      warnings.vain("spec.pinning", "this server", why);
    }
    var recording = server.recording();
    if (!recording.redact().isEmpty() && !recording.inputs() && !recording.outputs()) {
      var why = "neither inputs nor outputs are recorded";
      warnings.vain("spec.recording.redact", "the list", why);
    }
  }
}
