package dev.sluice.mcp.serve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.serve.answer.PageLimits;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// The official SDKs for TypeScript as clients, which `./sluice fetch mcp-sdk` has placed.
final class TypeScriptSdkClientIT {

  private static final String SDK =
      Objects.requireNonNull(System.getenv("SLUICE_MCP_SDK"), "SLUICE_MCP_SDK");

  private static final McpScript EVENTS = McpScript.STANDARD.with(McpScript.Answers.EVENTS);

  private static List<String> run(
      String name, String era, World.Replica replica, Runnable whenListening) throws Exception {
    var script = TypeScriptSdkClientIT.class.getResource(name);
    var builder =
        new ProcessBuilder(
            "node",
            Path.of(URI.create(String.valueOf(script))).toString(),
            era,
            replica.url().toString(),
            "key");
    builder.environment().put("SLUICE_MCP_SDK", SDK);
    var process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    var said = new ArrayList<String>();
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        said.add(line);
        if (line.equals("listening")) {
          whenListening.run();
        }
      }
      assertThat(process.waitFor()).describedAs("%s", said).isZero();
    } finally {
      process.destroyForcibly();
    }
    return said;
  }

  private static void assertServes(String era, int tools) throws Exception {
    try (var modern = ModernMcpSimulator.start(EVENTS);
        var legacy = LegacyMcpSimulator.start(EVENTS);
        var world =
            new World()
                .server("alpha", modern.url())
                .server("beta", legacy.url())
                .key(Keys.all("key", "alpha", "beta"))
                .ready()) {
      var replica =
          world.start(
              ServeLimits.STANDARD.with(new PageLimits(5, Duration.ofMinutes(1))),
              java.time.InstantSource.system());
      var said =
          run(
              "sdk-client.mjs",
              era,
              replica,
              () -> {
                Awaitility.await().until(() -> modern.listeners() > 0);
                modern.toolsChanged();
              });
      assertThat(said)
          .containsExactly(
              "server sluice",
              "tools " + tools,
              "prompts alpha__greet beta__greet",
              "resource a note",
              "echo grüße",
              "progress 1 2 3 done",
              "ask accept Ada",
              "echo grüße",
              "progress 1 2 3 done",
              "ask accept Ada",
              said.get(10),
              "listening",
              "changed");
      assertThat(said.get(10)).contains("Unknown tool: alpha__nothing");
      assertThat(modern.violations()).isEmpty();
      assertThat(legacy.violations()).isEmpty();
    }
  }

  /// It leaves out the one tool whose mark of a header is not allowed.
  @Test
  void is_served_in_the_modern_era() throws Exception {
    assertServes("modern", 21);
  }

  @Test
  void is_served_in_a_session() throws Exception {
    assertServes("legacy", 22);
  }

  @Test
  void hears_no_answer_to_what_it_cancelled_and_stops_to_ask_for_one() throws Exception {
    try (var legacy = LegacyMcpSimulator.start(EVENTS);
        var world =
            new World().server("alpha", legacy.url()).key(Keys.all("key", "alpha")).ready()) {
      var replica = world.start(ModernIT.quick(), java.time.InstantSource.system());
      assertThat(run("sdk-cancel.mjs", "legacy", replica, () -> {}))
          .containsExactly(
              "answer text/event-stream", "cancelled", "told to stop", "heard 0", "next");
      Awaitility.await().until(() -> legacy.cancelled().size() == 1);
      assertThat(legacy.violations()).isEmpty();
    }
  }
}
