package dev.sluice.mcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The official conformance suite, which `./sluice fetch mcp-sdk` has placed, as a server of our
/// connections.
///
/// Its scenario `elicitation-sep1034-client-defaults` is for a client with a user, which fills in
/// what a form leaves out; a gateway relays the form to the client, and the answer to the server.
/// Those of `auth/` are for the sign-in of a user, but for the one of a client's own credentials.
final class ConformanceClientIT {

  private static final String SDK =
      Objects.requireNonNull(System.getenv("SLUICE_MCP_SDK"), "SLUICE_MCP_SDK");

  private static final Pattern SUMMARY = Pattern.compile("Passed: ([1-9][0-9]*)/\\1, 0 failed");

  @ParameterizedTest
  @ValueSource(strings = {"initialize", "tools_call", "sse-retry", "auth/client-credentials-basic"})
  void does_what_a_client_must(String scenario, @TempDir Path work) throws Exception {
    var modules = Path.of(SDK, "node_modules");
    var client =
        List.of(
            ProcessHandle.current().info().command().orElse("java"),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            ConformanceClient.class.getName());
    var suite =
        new ProcessBuilder(
                modules.resolve("node/bin/node").toString(),
                modules.resolve("@modelcontextprotocol/conformance/dist/index.js").toString(),
                "client",
                "--timeout",
                "120000",
                "--command",
                String.join(" ", client),
                "--scenario",
                scenario)
            .directory(work.toFile())
            .redirectErrorStream(true);
    // The command is split at spaces, and a class path may have some.
    suite.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    var process = suite.start();
    try (var out = process.getInputStream()) {
      var said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(said).containsPattern(SUMMARY).doesNotContain("Client exited", "Client timed out");
    } finally {
      process.destroyForcibly();
    }
  }
}
