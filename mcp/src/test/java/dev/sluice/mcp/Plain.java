package dev.sluice.mcp;

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
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Keys and servers as manifests declare them that say no more than they must.
public final class Plain {
  private Plain() {}

  public static KeyPolicy key(ObjectName name, boolean suspended, List<ToolGrant> grants) {
    return new KeyPolicy(
        name,
        KeyDigest.of(name.name()),
        null,
        null,
        suspended,
        null,
        List.of(),
        List.of(),
        Map.of(),
        1,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        LedgerAway.REFUSE,
        Routing.NONE,
        new ToolAccess(List.of(grants)));
  }

  /// @param time that each part of a call may take, and all of it
  public static ToolServer server(ObjectName name, URI url, Duration time, boolean codeMode) {
    return new ToolServer(
        name,
        new Reach.Http(false, url, List.of(), new Reach.Auth.None(), null),
        new ToolServer.Timeouts(time, time, time, time),
        Globs.ALL,
        new Globs(List.of()),
        ToolServer.Pins.NONE,
        Set.of(),
        codeMode,
        NanoUsd.ZERO,
        ToolServer.Recording.NONE,
        1 << 20);
  }
}
