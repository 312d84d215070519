package dev.sluice.compiler.warning;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.compiler.tools.Overlap;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Finds grants of tools in a key's manifest that its teams or the server undo.
///
/// @param teams the lists of the key's teams that have one, from its own to the root
public record ToolWarnings(
    KeyPlan plan,
    Map<ObjectName, ToolServer> servers,
    SequencedMap<ObjectName, List<ToolGrant>> teams,
    Complaints warnings) {

  public void find() {
    for (int i = 0; i < plan.tools().size(); i++) {
      var grant = plan.tools().get(i);
      var at = "spec.mcp[" + i + "]";
      var patterns = grant.tools().patterns();
      if (patterns.isEmpty()) {
        warnings.vain(
            at, grant.server().label(), "the grant has no tools (all of them: tools: [ \"*\" ])");
      }
      for (int j = 0; j < patterns.size(); j++) {
        var why = why(grant.server(), patterns.get(j));
        if (why != null) {
          warnings.vain(at + ".tools[" + j + "]", patterns.get(j), why);
        }
      }
    }
  }

  /// Why a pattern leads to no tool; null where it may.
  private @Nullable String why(ObjectName server, String pattern) {
    var offered = servers.get(server);
    if (offered != null && Overlap.covers(offered.denied(), pattern)) {
      return "spec.tools.deny of server " + server.label() + " has all of it";
    }
    if (offered != null && !Overlap.any(offered.allowed(), pattern)) {
      return "spec.tools.allow of server " + server.label() + " has nothing of it";
    }
    return teams.entrySet().stream()
        .filter(team -> !lets(team.getValue(), server, pattern))
        .map(team -> "spec.mcp of team " + team.getKey().label() + " has nothing of it")
        .findFirst()
        .orElse(null);
  }

  private static boolean lets(List<ToolGrant> list, ObjectName server, String pattern) {
    return list.stream()
        .filter(grant -> grant.server().equals(server))
        .map(ToolGrant::tools)
        .anyMatch((Globs tools) -> Overlap.any(tools, pattern));
  }
}
