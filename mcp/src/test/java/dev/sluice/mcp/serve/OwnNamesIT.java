package dev.sluice.mcp.serve;

import static dev.sluice.mcp.serve.Peer.object;
import static dev.sluice.mcp.serve.Peer.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import dev.sluice.testkit.mcp.ModernMcpSimulator.OwnTool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What tools are called where a client asks one server alone.
final class OwnNamesIT {

  private static final String LONG = "look_" + "x".repeat(60);

  private ModernMcpSimulator server;
  private World world;
  private Peer session;

  @BeforeEach
  void start() {
    server = ModernMcpSimulator.start(McpScript.STANDARD);
    server.own(looking(LONG, "Looks for long."));
    server.own(looking("look", "Looks."));
    world = new World().server("alpha", server.url()).key(Keys.all("key", "alpha")).ready();
    session = new Peer(world.start().url("alpha"), "key").begun("2025-11-25");
  }

  private static OwnTool looking(String name, String description) {
    var definition = object().put("name", name).put("description", description);
    definition.putObject("inputSchema").put("type", "object");
    return new OwnTool(
        definition,
        _ -> {
          var result = object();
          result.putArray("content").addObject().put("type", "text").put("text", description);
          return result;
        });
  }

  @AfterEach
  void close() throws Exception {
    world.close();
    server.close();
  }

  private String listed() {
    return session
        .ask(1, "tools/list", object())
        .result()
        .path("tools")
        .valueStream()
        .filter(one -> one.path("description").asString("").equals("Looks for long."))
        .map(one -> one.path("name").asString(""))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_name_that_is_too_long_for_providers_is_shortened_and_both_are_called() {
    assertThat(listed()).startsWith("look_xxx").matches("[A-Za-z0-9_-]{45}");
    for (var name : new String[] {listed(), LONG}) {
      var called = session.ask(2, "tools/call", tool(name, object()));
      assertThat(called.result().path("content").path(0).path("text").stringValue(""))
          .isEqualTo("Looks for long.");
    }
    assertThat(world.called).containsExactly("alpha/" + LONG, "alpha/" + LONG);
  }

  @Test
  void all_other_names_stay_as_they_are() {
    var called = session.ask(2, "tools/call", tool("look", object()));
    assertThat(called.result().path("content").path(0).path("text").stringValue(""))
        .isEqualTo("Looks.");
    assertThat(world.called).containsExactly("alpha/look");
  }
}
