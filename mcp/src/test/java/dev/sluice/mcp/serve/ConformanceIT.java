package dev.sluice.mcp.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.mcp.conformance.ConformanceServer;
import dev.sluice.testkit.mcp.conformance.ConformanceSuite;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The official conformance suite as a client of `/mcp/SERVER`: behind it is a server made with the
/// official SDK that has what the suite asks for.
final class ConformanceIT {

  @Test
  void passes_what_a_server_must_do(@TempDir Path work) {
    var script = ConformanceIT.class.getResource("conformance-server.mjs");
    try (var server = ConformanceServer.start(Path.of(URI.create(String.valueOf(script))));
        var world =
            new World()
                .server("suite", server.url())
                .key(Keys.all(Front.ANYONE, "suite"))
                .ready()) {
      var findings = ConformanceSuite.in(work, Map.of()).against(world.start().url("suite"));
      assertThat(findings.failed()).as(findings.said()).isEqualTo(ConformanceSuite.PASSED);
    }
  }
}
