package dev.sluice.e2e.tools;

import static dev.sluice.e2e.tools.StatelessClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.World;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Clients and servers of each version through the whole gateway: any client calls any server, and
/// hears that its tools changed.
final class ToolErasE2E {

  private static final Map<String, String> VERSIONS =
      new TreeMap<>(
          Map.of(
              "newest", "2026-07-28",
              "newer", "2025-11-25",
              "older", "2025-06-18",
              "oldest", "2025-03-26"));
  private static final String NOBODY = "http://127.0.0.1:1/mcp";
  private static final String SERVER =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: McpServer
      metadata: { name: %s }
      spec: { transport: StreamableHttp, url: "%s", pinning: None }
      """;

  private static final Map<String, LegacyMcpSimulator> LEGACY = new TreeMap<>();
  private static ModernMcpSimulator modern;
  private static World world;

  @BeforeAll
  static void start() {
    modern = ModernMcpSimulator.start(McpScript.STANDARD);
    VERSIONS.forEach(
        (name, version) -> {
          if (!name.equals("newest")) {
            var script = McpScript.STANDARD.withVersions(List.of(version));
            LEGACY.put(name, LegacyMcpSimulator.start(script));
          }
        });
    var manifests = new StringBuilder(SERVER.formatted("gone", NOBODY));
    var granted = new StringBuilder("{ server: gone, tools: [ \"*\" ] }");
    for (var name : VERSIONS.keySet()) {
      manifests.append(SERVER.formatted(name, url(name)));
      granted.append(", { server: %s, tools: [ \"*\" ] }".formatted(name));
    }
    manifests.append(AttackedWorld.key("caller", granted.toString()));
    world = World.start(manifests.toString(), "--mcp-allow", "127.0.0.0/8");
    var client = client().begun();
    VERSIONS.keySet().forEach(name -> AttackedWorld.awaitTool(client, name + "__echo"));
  }

  private static URI url(String name) {
    var legacy = LEGACY.get(name);
    return legacy == null ? modern.url() : legacy.url();
  }

  @AfterAll
  static void stop() {
    world.close();
    modern.close();
    LEGACY.values().forEach(LegacyMcpSimulator::close);
  }

  @AfterEach
  void the_servers_saw_nothing_wrong() {
    assertThat(modern.violations()).isEmpty();
    LEGACY.values().forEach(server -> assertThat(server.violations()).isEmpty());
  }

  private static ToolClient client() {
    return ToolClient.of(world.gateway().address(), world.gateway().key("caller"), "/mcp");
  }

  private static StatelessClient stateless() {
    return new StatelessClient(client(), "{}");
  }

  private static String request(int id, String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
        .formatted(id, method, params);
  }

  private static String call(int id, String tool, String text) {
    var params = "{\"name\":\"%s\",\"arguments\":{\"text\":\"%s\"}}".formatted(tool, text);
    return request(id, "tools/call", params);
  }

  @Test
  void each_server_is_spoken_to_in_its_version() {
    var protocols = new TreeMap<String, String>();
    for (var row : JsonMapper.shared().readTree(world.gateway().admin("/v1/mcp")).path("mcp")) {
      protocols.put(row.path("name").asString(), row.path("protocol").asString(""));
    }
    protocols.remove("gone");
    assertThat(protocols).isEqualTo(VERSIONS);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2025-11-25", "2025-06-18", "2025-03-26"})
  void a_client_of_a_session_calls_servers_of_all_versions(String version) {
    var client = client().speaking(version).begun();
    for (var server : VERSIONS.keySet()) {
      assertThat(client.call(server + "__echo", "{\"text\":\"" + version + "\"}").text())
          .isEqualTo(version);
    }
    assertThat(client.away()).containsExactly("gone");
    assertThat(client.ended()).isEqualTo(204);
  }

  @Test
  void a_client_without_a_session_calls_servers_of_all_versions() {
    for (var server : VERSIONS.keySet()) {
      var params =
          json("{\"name\":\"%s__echo\",\"arguments\":{\"text\":\"hi\"}}".formatted(server));
      assertThat(stateless().ask("tools/call", params).text()).isEqualTo("hi");
    }
  }

  @Test
  void a_batch_of_the_oldest_version_is_answered_as_one_and_one_of_a_later_version_is_refused() {
    var oldest = client().speaking("2025-03-26").begun();
    var told = "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"}";
    var batch = List.of(call(7, "oldest__echo", "one"), told, call(8, "newest__echo", "two"));
    var answers = JsonMapper.shared().readTree(oldest.batch(batch.toArray(String[]::new)).body());
    assertThat(answers.isArray()).as("%s", answers).isTrue();
    var texts = new TreeMap<Integer, String>();
    for (var answer : answers) {
      texts.put(answer.path("id").asInt(), answer.at("/result/content/0/text").asString());
    }
    assertThat(texts).isEqualTo(Map.of(7, "one", 8, "two"));

    var later = client().begun().batch(call(7, "oldest__echo", "one"));
    assertThat(later.status()).isEqualTo(400);
    assertThat(later.body()).contains("only 2025-03-26 has batches");
  }

  @Test
  void a_list_without_a_session_says_how_long_it_is_good_and_who_is_away() {
    var list = stateless().ask("tools/list", json("{}")).result();
    assertThat(list.path("ttlMs").asLong()).isEqualTo(60_000);
    assertThat(list.path("cacheScope").asString()).isEqualTo("private");
    assertThat(list.path("_meta").path("dev.sluice/unavailable").findValuesAsString("server"))
        .containsExactly("gone");
    var names = list.path("tools").valueStream().map(tool -> tool.path("name").asString());
    assertThat(names.filter(ToolErasE2E::owned)).isSorted().hasSizeGreaterThan(VERSIONS.size());
  }

  /// Whether it is of a server, and not of the gateway.
  private static boolean owned(String name) {
    return name.contains("__");
  }

  @ParameterizedTest
  @ValueSource(strings = {"newest", "newer", "older", "oldest"})
  void clients_of_both_eras_hear_that_tools_changed(String server) {
    var session = client().begun();
    var wanted = json("{\"notifications\":{\"toolsListChanged\":true}}");
    try (var stream = session.open();
        var listening = stateless().open(1, "subscriptions/listen", wanted)) {
      assertThat(listening.event().method()).isEqualTo("notifications/subscriptions/acknowledged");
      define(server, "extra");
      assertThat(stream.event().method()).isEqualTo("notifications/tools/list_changed");
      var heard = listening.event();
      assertThat(heard.method()).isEqualTo("notifications/tools/list_changed");
      assertThat(subscription(heard.message())).isEqualTo(1);
      await()
          .atMost(AttackedWorld.SOON)
          .untilAsserted(() -> assertThat(session.names()).contains(server + "__extra"));
    }
  }

  private static int subscription(JsonNode told) {
    return told.at("/params/_meta").path("io.modelcontextprotocol/subscriptionId").asInt(-1);
  }

  private static void define(String server, String tool) {
    var legacy = LEGACY.get(server);
    if (legacy == null) {
      modern.define(tool, "Is new.");
      modern.toolsChanged();
    } else {
      legacy.define(tool, "Is new.");
      legacy.toolsChanged();
    }
  }
}
