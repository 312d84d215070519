package dev.sluice.compiler.tools;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.Values;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.VirtualKey;
import dev.sluice.crds.schema.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// Checks `spec.mcp` of a key or a team.
public final class GrantRules {

  private GrantRules() {}

  /// In the order of the manifest.
  public static List<ToolGrant> check(
      ObjectName object, List<VirtualKey.McpGrant> specs, Complaints complaints) {
    var grants = new ArrayList<ToolGrant>();
    var servers = new HashSet<String>();
    for (int i = 0; i < specs.size(); i++) {
      var spec = specs.get(i);
      var at = "spec.mcp[" + i + "]";
      Values.check(Text.NAME, spec.server(), at + ".server", complaints);
      Values.check(Text.LABEL, spec.namespace(), at + ".namespace", complaints);
      // By the name alone: the API server merges two lists by it.
      if (!servers.add(spec.server())) {
        complaints.unexpected(at + ".server", spec.server(), "each server once");
      }
      var namespace = spec.namespace() == null ? object.namespace() : spec.namespace();
      grants.add(
          new ToolGrant(
              new ObjectName(namespace, spec.server()),
              Values.globs(Text.TOOL_GLOB, spec.tools(), at + ".tools", complaints)));
    }
    return grants;
  }
}
