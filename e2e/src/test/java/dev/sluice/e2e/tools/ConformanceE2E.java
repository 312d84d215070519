package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.World;
import dev.sluice.testkit.mcp.conformance.ConformanceServer;
import dev.sluice.testkit.mcp.conformance.ConformanceSuite;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The official conformance suite of MCP through the whole gateway, as a client with a key of a
/// server that is declared.
final class ConformanceE2E {

  private static final Path SERVER =
      Path.of("../mcp/src/test/resources/dev/sluice/mcp/serve/conformance-server.mjs");

  @Test
  void a_server_behind_the_gateway_passes_what_a_server_must_do(@TempDir Path work) {
    try (var server = ConformanceServer.start(SERVER);
        var world = World.start(manifests(server.url()), "--mcp-allow", "127.0.0.0/8")) {
      var gateway = world.gateway();
      var key = gateway.key("suite");
      AttackedWorld.awaitTool(
          ToolClient.of(gateway.address(), key, "/mcp/suite").begun(), "test_simple_text");
      var script = URI.create(String.valueOf(ConformanceE2E.class.getResource("with-key.mjs")));
      var environment = Map.of("NODE_OPTIONS", "--import=" + script, "SLUICE_TEST_KEY", key);
      var findings =
          ConformanceSuite.in(work, environment)
              .against(URI.create(gateway.address() + "/mcp/suite"));
      assertThat(findings.failed()).as(findings.said()).isEqualTo(ConformanceSuite.PASSED);
      Awaitility.await().until(() -> !gateway.toolUsage().isEmpty());
    }
  }

  private static String manifests(URI server) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: McpServer
    metadata: { name: suite }
    spec:
      transport: StreamableHttp
      url: %s
    """
            .formatted(server)
        + AttackedWorld.key("suite", "{ server: suite, tools: [ \"*\" ] }");
  }
}
