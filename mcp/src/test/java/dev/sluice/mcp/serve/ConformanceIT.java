package dev.sluice.mcp.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The official conformance suite, which `./sluice fetch mcp-sdk` has placed, as a client of
/// `/mcp/SERVER`: behind it is a server made with the official SDK that has what the suite asks
/// for.
final class ConformanceIT {

  private static final String SDK =
      Objects.requireNonNull(System.getenv("SLUICE_MCP_SDK"), "SLUICE_MCP_SDK");

  /// All that are for a server and not called pending by the suite itself.
  private static final String SCENARIOS =
      """
      server-initialize logging-set-level ping completion-complete tools-list
      tools-call-simple-text tools-call-image tools-call-audio tools-call-embedded-resource
      tools-call-mixed-content tools-call-with-logging tools-call-error tools-call-with-progress
      tools-call-sampling tools-call-elicitation elicitation-sep1034-defaults
      server-sse-multiple-streams elicitation-sep1330-enums resources-list resources-read-text
      resources-read-binary resources-templates-read resources-subscribe resources-unsubscribe
      prompts-list prompts-get-simple prompts-get-with-args prompts-get-embedded-resource
      prompts-get-with-image dns-rebinding-protection""";

  private static final Pattern SUMMARY =
      Pattern.compile("^\\W*([a-z0-9-]+): ([0-9]+) passed, ([0-9]+) failed");

  private static Process start(String program, List<String> arguments, Path work) throws Exception {
    var command = new ArrayList<String>();
    command.add(program);
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).directory(work.toFile());
    builder.environment().put("SLUICE_MCP_SDK", SDK);
    return builder.redirectErrorStream(true).start();
  }

  private static BufferedReader lines(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  @Test
  void passes_what_a_server_must_do(@TempDir Path work) throws Exception {
    var script = ConformanceIT.class.getResource("conformance-server.mjs");
    var server =
        start("node", List.of(Path.of(URI.create(String.valueOf(script))).toString()), work);
    var url = URI.create(String.valueOf(lines(server).readLine()));
    try (var world =
        new World().server("suite", url).key(Keys.all(Front.ANYONE, "suite")).ready()) {
      var modules = Path.of(SDK, "node_modules");
      var suite =
          start(
              modules.resolve("node/bin/node").toString(),
              List.of(
                  modules.resolve("@modelcontextprotocol/conformance/dist/index.js").toString(),
                  "server",
                  "--url",
                  world.start().url("suite").toString()),
              work);
      var results = new TreeMap<String, String>();
      var said = new ArrayList<String>();
      try (var lines = lines(suite)) {
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          said.add(line);
          var summary = SUMMARY.matcher(line);
          if (summary.find()) {
            results.put(summary.group(1), summary.group(3));
          }
        }
      }
      assertThat(results)
          .describedAs("%s", String.join("\n", said))
          .containsOnlyKeys(SCENARIOS.split("\\s+"));
      assertThat(results)
          .describedAs("%s", String.join("\n", said))
          .allSatisfy((_, failed) -> assertThat(failed).isEqualTo("0"));
    } finally {
      server.destroyForcibly();
    }
  }
}
