package dev.sluice.mcp.tools;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import java.util.List;

/// What may be used: a tool needs a grant in each of the lists, and no denial.
///
/// @param allowed lists of grants: the key's, and those of its teams that have one
/// @param denied by the servers themselves
public record ToolGrants(List<List<Grant>> allowed, List<Grant> denied) {

  /// Tools of a server.
  public record Grant(ObjectName server, Globs tools) {

    private boolean covers(ObjectName of, String tool) {
      return server.equals(of) && tools.matches(tool);
    }
  }

  public ToolGrants {
    allowed = allowed.stream().map(List::copyOf).toList();
    denied = List.copyOf(denied);
  }

  /// Without any list there is no grant.
  public boolean permit(ObjectName server, String tool) {
    return !allowed.isEmpty()
        && allowed.stream().allMatch(grants -> covers(grants, server, tool))
        && !covers(denied, server, tool);
  }

  private static boolean covers(List<Grant> grants, ObjectName server, String tool) {
    return grants.stream().anyMatch(grant -> grant.covers(server, tool));
  }
}
