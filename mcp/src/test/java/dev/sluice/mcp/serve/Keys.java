package dev.sluice.mcp.serve;

import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.Plain;
import java.util.Arrays;
import java.util.List;

/// Keys of the namespace `team`, which may use tools.
final class Keys {

  static final String NAMESPACE = "team";

  private Keys() {}

  static ObjectName server(String name) {
    return new ObjectName(NAMESPACE, name);
  }

  /// @param servers all of whose tools it may use
  static KeyPolicy all(String name, String... servers) {
    return key(
        name,
        Arrays.stream(servers)
            .map(server -> new ToolAccess.ToolGrant(server(server), Globs.ALL))
            .toList(),
        false);
  }

  static KeyPolicy key(String name, List<ToolAccess.ToolGrant> grants, boolean suspended) {
    return Plain.key(server(name), suspended, grants);
  }
}
