package dev.sluice.core.mcp;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import java.util.List;

/// What a key may use: a tool needs a grant in each of the lists.
///
/// @param lists the key's own, and those of its teams that have one; without any, no tool
public record ToolAccess(List<List<ToolGrant>> lists) {

  public static final ToolAccess NONE = new ToolAccess(List.of());

  /// Tools of a server.
  public record ToolGrant(ObjectName server, Globs tools) {

    private boolean covers(ObjectName of, String tool) {
      return server.equals(of) && tools.matches(tool);
    }
  }

  public ToolAccess {
    lists = lists.stream().map(List::copyOf).toList();
  }

  public boolean permits(ObjectName server, String tool) {
    return !lists.isEmpty()
        && lists.stream()
            .allMatch(grants -> grants.stream().anyMatch(grant -> grant.covers(server, tool)));
  }

  /// Whether any tool of the server can be among those that are permitted.
  public boolean names(ObjectName server) {
    return !lists.isEmpty()
        && lists.stream()
            .allMatch(grants -> grants.stream().anyMatch(grant -> grant.server().equals(server)));
  }
}
