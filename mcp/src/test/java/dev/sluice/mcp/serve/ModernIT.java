package dev.sluice.mcp.serve;

import static dev.sluice.mcp.serve.Peer.object;
import static dev.sluice.mcp.serve.Peer.tool;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.serve.stream.StreamLimits;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Clients of the modern era, by plain HTTP.
final class ModernIT {

  private static final McpScript EVENTS = McpScript.STANDARD.with(McpScript.Answers.EVENTS);

  private static World world(ModernMcpSimulator modern, LegacyMcpSimulator legacy) {
    return new World()
        .server("alpha", modern.url())
        .server("beta", legacy.url())
        .key(Keys.all("key", "alpha", "beta"))
        .ready();
  }

  static ServeLimits quick() {
    return ServeLimits.STANDARD.with(
        StreamLimits.STANDARD.withTimes(
            Duration.ofSeconds(10), Duration.ofMillis(200), Duration.ofSeconds(5)));
  }

  @Test
  void a_client_discovers_lists_and_calls_without_a_session() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      var peer = new Peer(world.start().url(), "key");
      var card = peer.modernly(1, "server/discover", object());
      assertThat(card.result().path("supportedVersions").path(0).stringValue(""))
          .isEqualTo("2026-07-28");
      assertThat(card.result().path("resultType").stringValue("")).isEqualTo("complete");
      assertThat(card.http().headers().firstValue("mcp-session-id")).isEmpty();
      var tools = peer.modernly(2, "tools/list", object()).result();
      assertThat(tools.path("ttlMs").intValue(0)).isEqualTo(60_000);
      assertThat(tools.path("cacheScope").stringValue("")).isEqualTo("private");
      for (var server : new String[] {"alpha", "beta"}) {
        var echo =
            peer.modernly(3, "tools/call", tool(server + "__echo", object().put("text", "é")));
        assertThat(echo.result().path("content").path(0).path("text").stringValue(""))
            .isEqualTo("é");
        assertThat(echo.result().path("resultType").stringValue("")).isEqualTo("complete");
        assertThat(echo.type()).startsWith("application/json");
      }
      assertThat(peer.modernly(4, "logging/setLevel", object()).status()).isEqualTo(404);
      assertThat(modern.violations()).isEmpty();
      assertThat(legacy.violations()).isEmpty();
    }
  }

  @Test
  void progress_makes_the_answer_a_stream() throws Exception {
    try (var modern = ModernMcpSimulator.start(EVENTS);
        var legacy = LegacyMcpSimulator.start(EVENTS);
        var world = world(modern, legacy)) {
      var peer = new Peer(world.start().url(), "key");
      for (var server : new String[] {"alpha", "beta"}) {
        var slow = tool(server + "__slow", object().put("steps", 3).put("millis", 50));
        slow.putObject("_meta").put("progressToken", "mine");
        var read = peer.modernly(7, "tools/call", slow);
        assertThat(read.type()).startsWith("text/event-stream");
        var events = read.events();
        assertThat(events).hasSize(4);
        assertThat(events.getFirst().data()).contains("\"progressToken\":\"mine\"");
        assertThat(events.getFirst().id()).isEmpty();
        assertThat(events.getLast().data()).contains("\"id\":7", "done");
      }
    }
  }

  @Test
  void what_a_modern_server_asks_is_relayed_as_it_is() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      assertThat(asked(new Peer(world.start().url(), "key"), "alpha__ask")).isEqualTo("accept Ada");
    }
  }

  @Test
  void what_a_server_with_sessions_asks_becomes_a_result_that_asks() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(EVENTS);
        var world = world(modern, legacy)) {
      assertThat(asked(new Peer(world.start().url(), "key"), "beta__ask")).isEqualTo("accept Ada");
      assertThat(legacy.runs()).isEqualTo(1);
      assertThat(legacy.violations()).isEmpty();
    }
  }

  private static Peer.Read askable(Peer peer, tools.jackson.databind.node.ObjectNode params) {
    var abilities = object();
    abilities.putObject("elicitation");
    return peer.modern("tools/call", params)
        .send("POST", Peer.modern(1, "tools/call", params, abilities).toString());
  }

  private static String asked(Peer peer, String name) {
    var first = askable(peer, tool(name, object())).result();
    assertThat(first.path("resultType").stringValue("")).isEqualTo("input_required");
    var requests = first.path("inputRequests").properties();
    assertThat(requests).hasSize(1);
    var again = tool(name, object());
    again.set("requestState", first.path("requestState"));
    for (var asked : requests) {
      assertThat(asked.getValue().path("method").stringValue("")).isEqualTo("elicitation/create");
      var answer = again.withObject("inputResponses").putObject(asked.getKey());
      answer.put("action", "accept").putObject("content").put("name", "Ada");
    }
    return askable(peer, again).result().path("content").path(0).path("text").stringValue("");
  }

  @Test
  void a_call_that_waits_at_another_gateway_is_lost_with_a_clear_error() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(EVENTS);
        var world = world(modern, legacy)) {
      var first =
          askable(new Peer(world.start().url(), "key"), tool("beta__ask", object())).result();
      var again = tool("beta__ask", object());
      again.set("requestState", first.path("requestState"));
      again.withObject("inputResponses").putObject("asked").put("action", "decline");
      assertThat(askable(new Peer(world.start().url(), "key"), again).error())
          .endsWith("it may have done its work");
    }
  }

  @Test
  void a_client_that_closes_its_connection_has_cancelled_its_call() throws Exception {
    try (var modern = ModernMcpSimulator.start(EVENTS);
        var legacy = LegacyMcpSimulator.start(EVENTS);
        var world = world(modern, legacy)) {
      var replica = world.start(quick(), InstantSource.system());
      var stall = tool("beta__stall", object());
      var peer = new Peer(replica.url(), "key").modern("tools/call", stall);
      try (var _ = peer.open("POST", Peer.modern(1, "tools/call", stall, object()).toString())) {
        await().until(() -> legacy.runs() == 1);
      }
      await().atMost(Duration.ofSeconds(20)).until(() -> legacy.cancelled().size() == 1);
      await().until(() -> replica.service().openStreams() == 0);
    }
  }

  @Test
  void a_client_hears_what_it_asks_to_hear_until_its_key_is_gone() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy).key(Keys.all("narrow", "beta"))) {
      var url = world.start(quick(), InstantSource.system()).url();
      var params = object();
      params.putObject("notifications").put("toolsListChanged", true);
      var body = Peer.modern("l", "subscriptions/listen", params, object()).toString();
      try (var heard =
              new Peer(url, "key").modern("subscriptions/listen", params).open("POST", body);
          var deaf =
              new Peer(url, "narrow").modern("subscriptions/listen", params).open("POST", body)) {
        var first = heard.message();
        assertThat(first.path("method").stringValue(""))
            .isEqualTo("notifications/subscriptions/acknowledged");
        assertThat(first.path("params").path("notifications").toString())
            .isEqualTo("{\"toolsListChanged\":true}");
        deaf.message();
        await().until(() -> modern.listeners() > 0);
        modern.toolsChanged();
        var changed = heard.message();
        assertThat(changed.path("method").stringValue(""))
            .isEqualTo("notifications/tools/list_changed");
        assertThat(
                changed
                    .path("params")
                    .path("_meta")
                    .path("io.modelcontextprotocol/subscriptionId")
                    .stringValue(""))
            .isEqualTo("l");
        // A key that may use something else now has other tools.
        world.key(Keys.all("narrow", "alpha"));
        assertThat(deaf.message().path("method").stringValue(""))
            .isEqualTo("notifications/tools/list_changed");
        world.key(Keys.key("narrow", List.of(), true));
        assertThat(deaf.ended()).isTrue();
      }
    }
  }
}
