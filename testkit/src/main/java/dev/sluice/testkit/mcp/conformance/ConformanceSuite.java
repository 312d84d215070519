package dev.sluice.testkit.mcp.conformance;

import static java.util.stream.Collectors.toMap;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The official conformance suite, which `./sluice fetch mcp-sdk` has placed, as a client of a
/// server.
public final class ConformanceSuite {

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

  /// How many checks failed of each scenario that is for a server and not called pending by the
  /// suite itself, where all is well.
  public static final Map<String, Integer> PASSED =
      Stream.of(SCENARIOS.split("\\s+")).collect(toMap(scenario -> scenario, _ -> 0));

  private static final Pattern SUMMARY =
      Pattern.compile("(?m)^\\W*([a-z0-9-]+): [0-9]+ passed, ([0-9]+) failed");

  private final Path work;
  private final Map<String, String> environment;

  private ConformanceSuite(Path work, Map<String, String> environment) {
    this.work = work;
    this.environment = environment;
  }

  /// @param work a folder that it may fill
  /// @param environment more variables
  public static ConformanceSuite in(Path work, Map<String, String> environment) {
    return new ConformanceSuite(work, environment);
  }

  /// What it found.
  ///
  /// @param failed how many checks, by scenario
  /// @param said all that it printed
  public record Findings(Map<String, Integer> failed, String said) {}

  public Findings against(URI server) {
    var said = printed(server);
    var failed = new TreeMap<String, Integer>();
    var summary = SUMMARY.matcher(said);
    while (summary.find()) {
      failed.put(summary.group(1), Integer.valueOf(summary.group(2)));
    }
    return new Findings(failed, said);
  }

  private String printed(URI server) {
    var modules = McpSdk.modules();
    var command =
        new ArrayList<>(
            List.of(
                modules.resolve("node/bin/node").toString(),
                modules.resolve("@modelcontextprotocol/conformance/dist/index.js").toString(),
                "server",
                "--url",
                server.toString()));
    var builder = McpSdk.knownTo(command).directory(work.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    try {
      var suite = builder.start();
      try (var said = suite.getInputStream()) {
        return new String(said.readAllBytes(), StandardCharsets.UTF_8);
      } finally {
        suite.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
