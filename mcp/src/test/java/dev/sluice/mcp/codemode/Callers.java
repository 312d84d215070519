package dev.sluice.mcp.codemode;

import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.mcp.Plain;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Keys that call tools, and servers as manifests declare them.
final class Callers {
  private Callers() {}

  static ObjectName server(String name) {
    return new ObjectName("default", name);
  }

  static ToolGrant grant(String server, String... globs) {
    return new ToolGrant(server(server), new Globs(Arrays.asList(globs)));
  }

  /// A key of the namespace `default`.
  static Caller key(String name, ToolGrant... grants) {
    var policy = Plain.key(server(name), false, List.of(grants));
    return new Caller(
        new Admitted("request-1", policy, "1"),
        Optional.empty(),
        ClientProfile.of("test", "1"),
        Caller.Narrowing.NONE);
  }

  static ToolServer declared(ObjectName name, boolean codeMode) {
    return Plain.server(name, URI.create("http://127.0.0.1/"), Duration.ofSeconds(1), codeMode);
  }
}
