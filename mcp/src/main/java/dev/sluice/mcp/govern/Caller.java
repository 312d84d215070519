package dev.sluice.mcp.govern;

import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.util.Optional;

/// Who asks for tools in one request.
///
/// @param session the client's session with this gateway; empty where it has none
/// @param narrowing what the request itself asks to see
public record Caller(
    Admitted admitted, Optional<String> session, ClientProfile client, Narrowing narrowing) {

  /// The same request, of a key as another policy has it.
  Caller as(Admitted other) {
    return new Caller(other, session, client, narrowing);
  }

  public KeyPolicy key() {
    return admitted.key();
  }

  /// Whether the caller may use a tool that its server offers.
  public boolean permits(ObjectName server, String tool) {
    return key().tools().permits(server, tool) && narrowing.permits(server, tool);
  }

  /// What the headers `x-sluice-mcp-servers` and `x-sluice-mcp-tools` and the path leave.
  ///
  /// @param servers of names of servers; empty: no limit
  /// @param tools of names of tools, as `TOOL` or `SERVER__TOOL`; empty: no limit
  public record Narrowing(Optional<Globs> servers, Optional<Globs> tools) {
    public static final Narrowing NONE = new Narrowing(Optional.empty(), Optional.empty());

    public boolean permits(ObjectName server, String tool) {
      return servers.map(globs -> globs.matches(server.name())).orElse(true)
          && tools
              .map(globs -> globs.matches(tool) || globs.matches(server.name() + "__" + tool))
              .orElse(true);
    }
  }
}
