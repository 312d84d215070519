package dev.sluice.mcp.serve;

import static dev.sluice.mcp.serve.Peer.object;
import static dev.sluice.mcp.serve.Peer.tool;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.mcp.serve.answer.PageLimits;
import dev.sluice.mcp.serve.session.SessionLimits;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Clients of the legacy era, by plain HTTP.
final class SessionsIT {

  private static World world(ModernMcpSimulator modern, LegacyMcpSimulator legacy) {
    return new World()
        .server("alpha", modern.url())
        .server("beta", legacy.url())
        .key(Keys.all("key", "alpha", "beta"))
        .key(Keys.all("other", "alpha"))
        .ready();
  }

  private static java.util.List<String> names(JsonNode result, String field, String key) {
    var names = new ArrayList<String>();
    result.path(field).forEach(entry -> names.add(entry.path(key).stringValue("")));
    return names;
  }

  @Test
  void a_client_lists_and_calls_the_tools_of_two_servers() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      var replica = world.start();
      for (var version : new String[] {"2025-11-25", "2025-06-18", "2025-03-26"}) {
        var peer = new Peer(replica.url(), "key").begun(version);
        assertThat(
                peer.send(
                        "POST", Peer.notification("notifications/initialized", object()).toString())
                    .status())
            .isEqualTo(202);
        var listed = peer.ask("tools/list");
        assertThat(names(listed.result(), "tools", "name"))
            .contains("alpha__echo", "beta__echo", World.FOUND)
            .doesNotContain("echo");
        assertThat(listed.type()).startsWith("application/json");
        for (var server : new String[] {"alpha", "beta"}) {
          var called =
              peer.ask("x", "tools/call", tool(server + "__echo", object().put("text", "grüße")));
          assertThat(called.result().path("content").path(0).path("text").stringValue(""))
              .isEqualTo("grüße");
          assertThat(called.json().path("id").stringValue("")).isEqualTo("x");
          assertThat(called.result().has("resultType")).isFalse();
        }
        assertThat(peer.ask("ping").result().isEmpty()).isTrue();
        assertThat(peer.send("DELETE").status()).isEqualTo(204);
        assertThat(peer.ask("tools/list").status()).isEqualTo(404);
      }
      assertThat(legacy.violations()).isEmpty();
      assertThat(modern.violations()).isEmpty();
    }
  }

  @Test
  void a_version_that_is_not_spoken_is_answered_with_the_newest() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      var params = object().put("protocolVersion", "2020-01-01");
      params.putObject("capabilities");
      params.putObject("clientInfo").put("name", "peer").put("version", "1");
      var read = new Peer(world.start().url(), "key").ask(1, "initialize", params);
      assertThat(read.result().path("protocolVersion").stringValue("")).isEqualTo("2025-11-25");
      assertThat(read.result().path("serverInfo").path("name").stringValue("")).isEqualTo("sluice");
      var capabilities = read.result().path("capabilities");
      assertThat(capabilities.path("tools").path("listChanged").booleanValue(false)).isTrue();
      assertThat(capabilities.path("x-simulated").path("kept").booleanValue(false)).isTrue();
      assertThat(read.result().path("instructions").stringValue(""))
          .isEqualTo("alpha: Simulated.\n\nbeta: Simulated.");
    }
  }

  @Test
  void a_session_works_at_a_replica_that_never_saw_it_and_with_no_other_key() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      var one = world.start();
      var two = world.start();
      var peer = new Peer(one.url(), "key").begun("2025-11-25");
      one.service().close();
      var called =
          peer.at(two.url()).ask(1, "tools/call", tool("alpha__echo", object().put("text", "a")));
      assertThat(called.result().path("content").path(0).path("text").stringValue(""))
          .isEqualTo("a");
      var stolen = peer.at(two.url()).with("Authorization", "Bearer other").ask("tools/list");
      assertThat(stolen.status()).isEqualTo(404);
      assertThat(stolen.error()).startsWith("Session not found");
      var forged = peer.at(two.url()).with("Mcp-Session-Id", "AAAA" + "B".repeat(60));
      assertThat(forged.ask("tools/list").error()).isEqualTo(stolen.error());
    }
  }

  @Test
  void a_session_ends_with_its_age() throws Exception {
    var now = new AtomicReference<>(Instant.parse("2026-08-01T00:00:00Z"));
    var limits =
        new ServeLimits(
            ServeLimits.STANDARD.message(),
            64 * 1024,
            Duration.ofSeconds(30),
            1_000_000,
            1_000_000,
            ServeLimits.STANDARD.streams(),
            SessionLimits.STANDARD.withAgeMax(Duration.ofHours(1)),
            PageLimits.STANDARD,
            10,
            Duration.ofMinutes(1),
            Duration.ofSeconds(1));
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      InstantSource clock = now::get;
      var peer = new Peer(world.start(limits, clock).url(), "key").begun("2025-06-18");
      now.set(now.get().plus(Duration.ofMinutes(59)));
      assertThat(peer.ask("ping").status()).isEqualTo(200);
      now.set(now.get().plus(Duration.ofMinutes(2)));
      assertThat(peer.ask("ping").status()).isEqualTo(404);
    }
  }

  @Test
  void one_server_has_its_own_names_and_its_own_methods() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      var replica = world.start();
      var peer = new Peer(replica.url("beta"), "key").begun("2025-11-25");
      assertThat(names(peer.ask("tools/list").result(), "tools", "name"))
          .contains("echo", World.FOUND)
          .doesNotContain("beta__echo");
      var own = peer.ask(1, "x-simulated/echo", object().put("more", "kept"));
      assertThat(own.result().path("got").path("more").stringValue("")).isEqualTo("kept");
      assertThat(peer.ask("tasks/list").code()).isEqualTo(-32601);
      assertThat(peer.at(replica.url()).ask("x-simulated/echo").code()).isEqualTo(-32601);
      var there = new Peer(replica.url("team.beta"), "key");
      assertThat(there.begun("2025-11-25").ask("ping").status()).isEqualTo(200);
      var hidden = new Peer(replica.url("beta"), "other").ask("tools/list");
      var unknown = new Peer(replica.url("gamma"), "other").ask("tools/list");
      assertThat(hidden.status()).isEqualTo(404);
      assertThat(unknown.status()).isEqualTo(404);
      assertThat(hidden.error().replace("beta", "gamma")).isEqualTo(unknown.error());
    }
  }

  @Test
  void prompts_and_resources_find_their_server() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      var peer = new Peer(world.start().url(), "key").begun("2025-11-25");
      assertThat(names(peer.ask("prompts/list").result(), "prompts", "name"))
          .containsExactly("alpha__greet", "beta__greet");
      assertThat(names(peer.ask("resources/list").result(), "resources", "uri"))
          .containsExactly("note://münchen/1");
      var templates = peer.ask("resources/templates/list").result();
      assertThat(names(templates, "resourceTemplates", "uriTemplate"))
          .containsExactly("note://{city}/{number}");
      var note = peer.ask(1, "resources/read", object().put("uri", "note://münchen/1"));
      assertThat(note.result().path("contents").path(0).path("text").stringValue(""))
          .isEqualTo("a note");
      assertThat(modern.received().stream().anyMatch(r -> r.method().equals("resources/read")))
          .isTrue();
      assertThat(peer.ask(1, "resources/read", object().put("uri", "no://such")).error())
          .isEqualTo("uri: no://such (expected: that of a resource of the list)");
      assertThat(peer.ask(1, "prompts/get", object().put("name", "greet")).error())
          .isEqualTo("Unknown prompt: greet (expected: one of the list)");
      assertThat(peer.ask(1, "completion/complete", object()).error())
          .isEqualTo("ref.type: none (expected: ref/prompt or ref/resource)");
      assertThat(world.passed).containsExactly("alpha resources/read");
    }
  }

  @Test
  void all_that_reaches_a_server_for_a_client_is_governed() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      var replica = world.start();
      var peer = new Peer(replica.url(), "key").begun("2025-11-25");
      var completing = object();
      completing.putObject("ref").put("type", "ref/prompt").put("name", "beta__greet");
      var note = object().put("uri", "note://münchen/1");
      peer.ask(1, "prompts/get", object().put("name", "alpha__greet"));
      peer.ask(2, "completion/complete", completing);
      peer.ask(3, "resources/subscribe", note);
      peer.ask(4, "resources/unsubscribe", note);
      var own = peer.at(replica.url("beta")).ask(5, "x-simulated/echo", object().put("x", 1));
      assertThat(own.result().path("got").path("x").intValue(0)).isEqualTo(1);
      assertThat(world.passed)
          .containsExactly(
              "alpha prompts/get",
              "beta completion/complete",
              "alpha resources/subscribe",
              "alpha resources/unsubscribe",
              "beta x-simulated/echo");
    }
  }

  @Test
  void long_lists_come_in_pages_that_every_replica_continues() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD.withFillers(20));
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      var limits = ServeLimits.STANDARD.with(new PageLimits(7, Duration.ofMinutes(1)));
      var one = world.start(limits, InstantSource.system());
      var two = world.start(limits, InstantSource.system());
      var peer = new Peer(one.url(), "key").begun("2025-11-25");
      var all = new ArrayList<String>();
      var params = object();
      for (var page = 0; page < 20; page++) {
        var result =
            peer.at(page % 2 == 0 ? one.url() : two.url()).ask(page, "tools/list", params).result();
        assertThat(result.path("tools").size()).isLessThanOrEqualTo(7);
        all.addAll(names(result, "tools", "name"));
        if (!result.has("nextCursor")) {
          break;
        }
        params = object();
        params.set("cursor", result.path("nextCursor"));
      }
      assertThat(all).doesNotHaveDuplicates().hasSizeGreaterThan(40).endsWith(World.FOUND);
      assertThat(peer.ask(1, "tools/list", object().put("cursor", "at-5")).error())
          .isEqualTo("cursor: at-5 (expected: a nextCursor of this list)");
    }
  }

  @Test
  void what_headers_narrow_is_neither_listed_nor_called() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      var replica = world.start();
      var peer =
          new Peer(replica.url(), "key")
              .begun("2025-11-25")
              .with("x-sluice-mcp-servers", "al*")
              .with("x-sluice-mcp-tools", "echo, alpha__cou*");
      assertThat(names(peer.ask("tools/list").result(), "tools", "name"))
          .containsExactly("alpha__echo", "alpha__count", World.FOUND);
      assertThat(peer.ask(1, "tools/call", tool("beta__echo", object())).code()).isEqualTo(-32602);
      assertThat(peer.ask(1, "tools/call", tool("alpha__fail", object())).error())
          .isEqualTo("Unknown tool: alpha__fail (expected: one of the list)");
      assertThat(world.called).containsExactly("beta/echo", "alpha/fail");
      assertThat(
              peer.ask(1, "tools/call", tool(World.FOUND, object()))
                  .result()
                  .path("content")
                  .path(0)
                  .path("text")
                  .stringValue(""))
          .isEqualTo("alpha__echo alpha__count");
      assertThat(peer.at(replica.url("beta")).ask("tools/list").status()).isEqualTo(404);
    }
  }

  @Test
  void tools_for_programs_are_not_listed_one_by_one() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var world = new World().programmed("alpha", modern.url()).key(Keys.all("key", "alpha"))) {
      var peer = new Peer(world.ready().start().url(), "key").begun("2025-11-25");
      assertThat(names(peer.ask("tools/list").result(), "tools", "name"))
          .containsExactly(World.FOUND);
      assertThat(
              peer.ask(1, "tools/call", tool("alpha__echo", object().put("text", "found")))
                  .result()
                  .path("content")
                  .path(0)
                  .path("text")
                  .stringValue(""))
          .isEqualTo("found");
    }
  }

  @Test
  void a_server_that_is_down_is_named_and_the_others_are_there() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var world =
            new World()
                .server("alpha", modern.url())
                .key(Keys.all("key", "alpha", "gone"))
                .ready()
                .server("gone", java.net.URI.create("http://127.0.0.1:1/mcp"))) {
      var peer = new Peer(world.start().url(), "key").begun("2025-11-25");
      org.awaitility.Awaitility.await()
          .untilAsserted(
              () -> {
                var result = peer.ask("tools/list").result();
                assertThat(names(result, "tools", "name")).contains("alpha__echo");
                assertThat(result.path("_meta").path("dev.sluice/unavailable").toString())
                    .isEqualTo("[{\"server\":\"gone\",\"reason\":\"not connected\"}]");
              });
    }
  }

  @Test
  void only_the_oldest_version_has_batches() throws Exception {
    try (var modern = ModernMcpSimulator.start(McpScript.STANDARD);
        var legacy = LegacyMcpSimulator.start(McpScript.STANDARD);
        var world = world(modern, legacy)) {
      var url = world.start().url();
      var batch =
          "["
              + Peer.request(1, "ping", object())
              + ","
              + Peer.notification("notifications/x", object())
              + ","
              + Peer.request(2, "tools/call", tool("alpha__echo", object().put("text", "b")))
              + "]";
      var answers = new Peer(url, "key").begun("2025-03-26").send("POST", batch);
      assertThat(answers.status()).isEqualTo(200);
      assertThat(names(answers.json(), "", "")).isEmpty();
      assertThat(answers.json().isArray()).isTrue();
      assertThat(answers.json().size()).isEqualTo(2);
      var refused = new Peer(url, "key").begun("2025-11-25").send("POST", batch);
      assertThat(refused.status()).isEqualTo(400);
      assertThat(refused.error())
          .isEqualTo("a batch (expected: one message; only 2025-03-26 has batches)");
    }
  }
}
