package dev.sluice.mcp.codemode;

import dev.sluice.core.mcp.Admissions.Admitted;
import dev.sluice.core.mcp.Reach;
import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.mcp.govern.Caller;
import dev.sluice.mcp.upstream.call.ClientProfile;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

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
    var policy =
        new KeyPolicy(
            new ObjectName("default", name),
            KeyDigest.of(name),
            null,
            null,
            false,
            null,
            List.of(),
            List.of(),
            Map.of(),
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            LedgerAway.REFUSE,
            Routing.NONE,
            new ToolAccess(List.of(List.of(grants))));
    return new Caller(
        new Admitted("request-1", policy, "1"),
        Optional.empty(),
        ClientProfile.of("test", "1"),
        Caller.Narrowing.NONE);
  }

  static ToolServer declared(ObjectName name, boolean codeMode) {
    var second = Duration.ofSeconds(1);
    return new ToolServer(
        name,
        new Reach.Http(
            false, URI.create("http://127.0.0.1/"), List.of(), new Reach.Auth.None(), null),
        new ToolServer.Timeouts(second, second, second, second),
        Globs.ALL,
        new Globs(List.of()),
        ToolServer.Pins.NONE,
        Set.of(),
        codeMode,
        new NanoUsd(0),
        ToolServer.Recording.NONE,
        1 << 20);
  }
}
