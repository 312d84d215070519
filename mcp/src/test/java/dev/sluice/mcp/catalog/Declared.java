package dev.sluice.mcp.catalog;

import dev.sluice.core.mcp.Reach;
import dev.sluice.core.mcp.ToolServer;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.testkit.mcp.StdioProgram;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// Declarations of servers.
final class Declared {

  private Declared() {}

  static ObjectName name(String name) {
    return new ObjectName("default", name);
  }

  static Reach.Http http(URI url, Reach.Header... headers) {
    return new Reach.Http(false, url, List.of(headers), new Reach.Auth.None(), null);
  }

  static Reach.Stdio program(String... traits) {
    return new Reach.Stdio(StdioProgram.command(List.of(traits)), Map.of());
  }

  static ToolServer server(String name, Reach reach) {
    return new ToolServer(
        name(name),
        reach,
        new ToolServer.Timeouts(
            Duration.ofSeconds(5),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            Duration.ofSeconds(30)),
        Globs.ALL,
        new Globs(List.of()),
        ToolServer.Pins.FIRST_USE,
        Set.of(),
        false,
        NanoUsd.ZERO,
        ToolServer.Recording.NONE,
        1 << 20);
  }

  static ToolServer with(ToolServer server, ToolServer.Pins pins, Set<String> approved) {
    return new ToolServer(
        server.name(),
        server.reach(),
        server.timeouts(),
        server.allowed(),
        server.denied(),
        pins,
        approved,
        server.codeMode(),
        server.callPrice(),
        server.recording(),
        server.resultBytesMax());
  }

  static ToolServer with(ToolServer server, Globs allowed, Globs denied) {
    return new ToolServer(
        server.name(),
        server.reach(),
        server.timeouts(),
        allowed,
        denied,
        server.pins(),
        server.approvedDigests(),
        server.codeMode(),
        server.callPrice(),
        server.recording(),
        server.resultBytesMax());
  }

  static ToolServer with(ToolServer server, Reach reach) {
    return new ToolServer(
        server.name(),
        reach,
        server.timeouts(),
        server.allowed(),
        server.denied(),
        server.pins(),
        server.approvedDigests(),
        server.codeMode(),
        server.callPrice(),
        server.recording(),
        server.resultBytesMax());
  }

  static SortedMap<ObjectName, ToolServer> all(ToolServer... servers) {
    var all = new TreeMap<ObjectName, ToolServer>();
    for (var server : servers) {
      all.put(server.name(), server);
    }
    return all;
  }
}
