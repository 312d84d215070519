package dev.sluice.e2e.tools;

import static dev.sluice.e2e.tools.StatelessClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.World;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Prompts, completions and resources of servers of both eras through the whole gateway, and who
/// hears that a resource changed.
final class WatchedResourcesE2E {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String TEMPLATE = "note://{city}/{number}";

  private static LegacyMcpSimulator sessions;
  private static ModernMcpSimulator stateless;
  private static World world;

  @BeforeAll
  static void start() {
    sessions = LegacyMcpSimulator.start(McpScript.STANDARD);
    stateless = ModernMcpSimulator.start(McpScript.STANDARD);
    var server =
        """
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: McpServer
        metadata: { name: %s }
        spec: { transport: StreamableHttp, url: "%s" }
        """;
    var granted = "{ server: sessions, tools: [ echo ] }, { server: stateless, tools: [ echo ] }";
    world =
        World.start(
            server.formatted("sessions", sessions.url())
                + server.formatted("stateless", stateless.url())
                + AttackedWorld.key("caller", granted)
                + AttackedWorld.key("other", granted),
            "--mcp-allow",
            "127.0.0.0/8");
    for (var name : List.of("sessions", "stateless")) {
      var client = client("caller", "/mcp/" + name).begun();
      AttackedWorld.awaitTool(client, "echo");
      await()
          .atMost(SOON)
          .until(() -> client.ask("resources/templates/list", "{}").body().contains(TEMPLATE));
    }
  }

  @AfterAll
  static void stop() {
    world.close();
    sessions.close();
    stateless.close();
  }

  @AfterEach
  void the_servers_saw_nothing_wrong() {
    assertThat(sessions.violations()).isEmpty();
    assertThat(stateless.violations()).isEmpty();
  }

  private static ToolClient client(String key, String path) {
    return ToolClient.of(world.gateway().address(), world.gateway().key(key), path);
  }

  @Test
  void prompts_and_completions_find_their_server() {
    var client = client("caller", "/mcp").begun();
    for (var server : List.of("sessions", "stateless")) {
      var prompt = "{\"name\":\"%s__greet\",\"arguments\":{\"whom\":\"Ada\"}}".formatted(server);
      var got = client.ask("prompts/get", prompt).result();
      assertThat(got.at("/messages/0/content/text").asString()).isEqualTo("Greet Ada");
      var asked =
          "{\"ref\":{\"type\":\"ref/prompt\",\"name\":\"%s__greet\"},"
              + "\"argument\":{\"name\":\"whom\",\"value\":\"Heidel\"}}";
      var completed = client.ask("completion/complete", asked.formatted(server)).result();
      assertThat(completed.at("/completion/values").toString())
          .isEqualTo("[\"Heidelberg\",\"Heideldorf\"]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/mcp", "/mcp/sessions", "/mcp/stateless"})
  void a_resource_of_a_template_is_completed_and_read(String path) {
    var client = client("caller", path).begun();
    var templates = client.ask("resources/templates/list", "{}").result();
    assertThat(templates.path("resourceTemplates").findValuesAsString("uriTemplate"))
        .containsOnly(TEMPLATE);
    var asked =
        "{\"ref\":{\"type\":\"ref/resource\",\"uri\":\"%s\"},"
            + "\"argument\":{\"name\":\"city\",\"value\":\"Düssel\"}}";
    var completed = client.ask("completion/complete", asked.formatted(TEMPLATE)).result();
    assertThat(completed.at("/completion/values").toString()).contains("Düsseldorf");
    var read = client.ask("resources/read", "{\"uri\":\"note://berlin/7\"}").result();
    assertThat(read.at("/contents/0/uri").asString()).isEqualTo("note://berlin/7");
    assertThat(read.at("/contents/0/text").asString()).isEqualTo("a note");
  }

  private static int watched(String server) {
    return server.equals("sessions") ? sessions.subscriptions() : stateless.subscriptions();
  }

  private static void update(String server, String uri) {
    if (server.equals("sessions")) {
      sessions.updated(uri);
    } else {
      stateless.updated(uri);
    }
  }

  /// The next that is told of a resource.
  private static String heard(ToolStream stream) {
    var event = stream.event();
    while (!event.method().equals("notifications/resources/updated")) {
      event = stream.event();
    }
    return event.message().at("/params/uri").asString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_session_hears_of_what_it_watches_and_of_nothing_else(String server) {
    var client = client("caller", "/mcp/" + server).begun();
    var other = client("other", "/mcp/" + server).begun();
    try (var stream = client.open();
        var others = other.open()) {
      for (var uri : List.of("note://rome/1", "note://rome/2")) {
        var subscribed = client.ask("resources/subscribe", "{\"uri\":\"" + uri + "\"}");
        assertThat(subscribed.result().isObject()).as(subscribed.body()).isTrue();
      }
      var own = other.ask("resources/subscribe", "{\"uri\":\"note://rome/3\"}");
      assertThat(own.result().isObject()).as(own.body()).isTrue();
      await().atMost(SOON).until(() -> watched(server) == 3);
      update(server, "note://rome/2");
      assertThat(heard(stream)).isEqualTo("note://rome/2");
      update(server, "note://rome/4");
      update(server, "note://rome/3");
      assertThat(heard(others)).isEqualTo("note://rome/3");
      update(server, "note://rome/1");
      assertThat(heard(stream)).isEqualTo("note://rome/1");
      client.ask("resources/unsubscribe", "{\"uri\":\"note://rome/1\"}");
      await().atMost(SOON).until(() -> watched(server) == 2);
      assertLostAndFound(server, client, stream);
      // What a session watched is given up with it.
      assertThat(client.ended()).isEqualTo(204);
      assertThat(other.ended()).isEqualTo(204);
    }
    await().atMost(SOON).until(() -> watched(server) == 0);
  }

  /// A server that forgot what was watched is told again, and who watches hears that it may have
  /// changed.
  private static void assertLostAndFound(String server, ToolClient client, ToolStream stream) {
    if (server.equals("sessions")) {
      sessions.forget();
      assertThat(client.call("echo", "{\"text\":\"x\"}").text()).isEqualTo("x");
    } else {
      stateless.endStreams();
    }
    assertThat(heard(stream)).isEqualTo("note://rome/2");
    await().atMost(SOON).until(() -> watched(server) == 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_stream_of_changes_that_broke_is_taken_up_and_no_change_is_lost(String server) {
    var client = client("caller", "/mcp/" + server).begun();
    var subscribed = client.ask("resources/subscribe", "{\"uri\":\"note://bonn/1\"}");
    assertThat(subscribed.result().isObject()).as(subscribed.body()).isTrue();
    String last;
    await().atMost(SOON).until(() -> watched(server) == 1);
    try (var stream = client.open()) {
      update(server, "note://bonn/1");
      var event = stream.event();
      while (!event.method().equals("notifications/resources/updated")) {
        event = stream.event();
      }
      last = event.id();
    }
    update(server, "note://bonn/1");
    try (var rest = client.with("last-event-id", last).open()) {
      assertThat(heard(rest)).isEqualTo("note://bonn/1");
    }
    assertThat(client.ended()).isEqualTo(204);
    await().atMost(SOON).until(() -> watched(server) == 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_stateless_client_hears_of_what_it_watches(String server) {
    var client = new StatelessClient(client("caller", "/mcp/" + server), "{}");
    var params = json("{\"notifications\":{\"resourceSubscriptions\":[\"note://oslo/1\"]}}");
    try (var stream = client.open(1, "subscriptions/listen", params)) {
      var first = stream.event();
      assertThat(first.method()).isEqualTo("notifications/subscriptions/acknowledged");
      assertThat(first.message().at("/params/notifications/resourceSubscriptions").toString())
          .isEqualTo("[\"note://oslo/1\"]");
      await().atMost(SOON).until(() -> watched(server) == 1);
      update(server, "note://oslo/2");
      update(server, "note://oslo/1");
      assertThat(heard(stream)).isEqualTo("note://oslo/1");
    }
    await().atMost(SOON).until(() -> watched(server) == 0);
  }
}
