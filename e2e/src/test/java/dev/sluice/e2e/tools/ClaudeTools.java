package dev.sluice.e2e.tools;

import dev.sluice.e2e.World;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Answers;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import dev.sluice.testkit.mcp.OldMcpSimulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import tools.jackson.databind.node.JsonNodeFactory;

/// A gateway in front of servers of tools of three kinds, some of them also in Code Mode, and the
/// real Claude Code that has the gateway as its only server of tools.
record ClaudeTools(
    ModernMcpSimulator issues,
    LegacyMcpSimulator people,
    OldMcpSimulator clock,
    ModernMcpSimulator wiki,
    World world)
    implements AutoCloseable {

  /// What one call of any tool costs.
  static final String PRICE_USD = "0.25";

  private static final Duration SOON = Duration.ofSeconds(30);

  /// A name so long that those of its tools would be too long for the API.
  static final String LONG = "knowledge-of-all-that-was-ever-decided-in-payments";

  static final String[] OPTIONS = {"--mcp-allow", "127.0.0.0/8"};

  /// Of a tool that few can pay.
  static final String DEAR_USD = "2.5";

  static ClaudeTools start() {
    var script = McpScript.STANDARD.with(Answers.EVENTS);
    var issues = ModernMcpSimulator.start(script);
    var people = LegacyMcpSimulator.start(script);
    var clock = OldMcpSimulator.start(McpScript.STANDARD);
    var wiki = ModernMcpSimulator.start(McpScript.STANDARD);
    wiki.define("env", "Tells the names of variables");
    issues.defineReading("look", "Looks for a while");
    people.defineReading("look", "Looks for a while");
    var manifests =
        server("issues", "StreamableHttp", issues.url(), PRICE_USD, false)
            + server("people", "StreamableHttp", people.url(), PRICE_USD, false)
            + server("wiki", "StreamableHttp", wiki.url(), "0", false)
            + server(LONG, "StreamableHttp", people.url(), PRICE_USD, false)
            + server("dear", "StreamableHttp", issues.url(), DEAR_USD, false)
            + server("away", "StreamableHttp", URI.create("http://127.0.0.1:9/mcp"), "0", false)
            + server("tracker", "StreamableHttp", issues.url(), PRICE_USD, true)
            + server("staff", "StreamableHttp", people.url(), PRICE_USD, true)
            + server("times", "Sse", clock.url(), PRICE_USD, true)
            + key("alice", "500", "issues: echo fail look", "people: echo look", LONG + ": echo")
            + key("poor", "4", "dear: echo")
            + key("poorer", "4", "dear: echo")
            + key("split", "500", "issues: echo", "away: *")
            + key("coder", "500", "tracker: echo regional fail", "staff: *", "times: echo")
            + key("reader", "500", "issues: echo", "wiki: echo env");
    return new ClaudeTools(issues, people, clock, wiki, World.start(manifests, OPTIONS));
  }

  private static String server(
      String name, String transport, URI url, String price, boolean codeMode) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: McpServer
    metadata: { name: %s }
    spec:
      transport: %s
      url: %s
      pricePerCallUsd: "%s"
      codeMode: %s
    """
        .formatted(name, transport, url, price, codeMode);
  }

  private static String key(String name, String limitUsd, String... grants) {
    var key = new StringBuilder(World.key(name, limitUsd)).append("  mcp:\n");
    for (var grant : grants) {
      var parts = grant.split(": ", 2);
      var tools = List.of(parts[1].split(" ")).stream().map(tool -> '"' + tool + '"').toList();
      key.append("    - { server: %s, tools: %s }\n".formatted(parts[0], tools));
    }
    return key.toString();
  }

  /// A developer's machine.
  ClaudeCode claude(String key) {
    return ClaudeCode.at(world.gateway().address(), world.gateway().key(key));
  }

  /// The options that give it the gateway's tools.
  ///
  /// @param at where the client finds them
  String[] options(ClaudeCode claude, String key, URI at) {
    var file = claude.workingFolder().resolve("mcp.json");
    var config = JsonNodeFactory.instance.objectNode();
    var server = config.putObject("mcpServers").putObject("sluice");
    server.put("type", "http").put("url", at.toString());
    server.putObject("headers").put("Authorization", "Bearer " + world.gateway().key(key));
    write(file, config.toString());
    return new String[] {
      "--mcp-config",
      file.toString(),
      "--strict-mcp-config",
      "--allowedTools",
      "ToolSearch,mcp__sluice__*"
    };
  }

  URI endpoint() {
    return URI.create(world.gateway().address() + "/mcp");
  }

  /// Returns once a key has a tool.
  void awaitTools(String key, String tool) {
    Awaitility.await().atMost(SOON).until(() -> listed(key).contains("\"" + tool + "\""));
  }

  /// What the gateway lists for a key.
  String listed(String key) {
    var body =
        """
        {"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"_meta":{
         "io.modelcontextprotocol/protocolVersion":"2026-07-28",
         "io.modelcontextprotocol/clientInfo":{"name":"e2e","version":"1"},
         "io.modelcontextprotocol/clientCapabilities":{}}}}
        """;
    var request =
        HttpRequest.newBuilder(endpoint())
            .timeout(SOON)
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2026-07-28")
            .header("mcp-method", "tools/list")
            .header("authorization", "Bearer " + world.gateway().key(key))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    world.close();
    issues.close();
    people.close();
    clock.close();
    wiki.close();
  }
}
