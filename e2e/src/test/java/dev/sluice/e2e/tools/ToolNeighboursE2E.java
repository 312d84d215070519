package dev.sluice.e2e.tools;

import static dev.sluice.e2e.tools.StatelessClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Answers;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One client whose requests come now to one, now to the other of two gateways with one Redis, and
/// that notices nothing of it.
final class ToolNeighboursE2E {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final McpScript EVENTS = McpScript.STANDARD.with(Answers.EVENTS);
  private static final String ABLE = "{\"elicitation\":{},\"sampling\":{},\"roots\":{}}";
  private static final String NOTE = "{\"uri\":\"note://rome/1\"}";
  private static final String LOST =
      "The call ran at another gateway, or at one that is gone; it may have done its work";

  private static final String MANIFESTS =
      """
      apiVersion: sluice.dev/v1alpha1
      kind: McpServer
      metadata: { name: sessions }
      spec: { transport: StreamableHttp, url: "SESSIONS" }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: McpServer
      metadata: { name: stateless }
      spec: { transport: StreamableHttp, url: "STATELESS" }
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: keys }
      stringData: { roams: roams-between-two-gateways, other: has-another-key-than-that }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: roams }
      spec:
        keySecretRef: { name: keys, key: roams }
        mcp: [ { server: sessions, tools: [ "*" ] }, { server: stateless, tools: [ "*" ] } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: other }
      spec:
        keySecretRef: { name: keys, key: other }
        mcp: [ { server: sessions, tools: [ "*" ] }, { server: stateless, tools: [ "*" ] } ]
      """;

  @TempDir private static Path folder;
  private static LegacyMcpSimulator sessions;
  private static ModernMcpSimulator stateless;
  private static RedisServer redis;
  private static GatewayProcess first;
  private static GatewayProcess second;

  @BeforeAll
  static void start() throws IOException {
    sessions = LegacyMcpSimulator.start(EVENTS);
    stateless = ModernMcpSimulator.start(EVENTS);
    sessions.define("say", "Says what it is told to");
    stateless.define("say", "Says what it is told to");
    redis = RedisServer.start(Files.createDirectory(folder.resolve("redis")));
    Files.createDirectory(folder.resolve("manifests"));
    Files.writeString(
        folder.resolve("manifests/all.yaml"),
        MANIFESTS
            .replace("SESSIONS", sessions.url().toString())
            .replace("STATELESS", stateless.url().toString()));
    first = gateway("first");
    second = gateway("second");
    var client = begun(first);
    for (var gateway : List.of(first, second)) {
      AttackedWorld.awaitTool(client.at(gateway.address()), "sessions__say");
      AttackedWorld.awaitTool(client.at(gateway.address()), "stateless__say");
    }
  }

  @AfterAll
  static void stop() {
    try (var _ = sessions;
        var _ = stateless;
        var _ = redis;
        var _ = first;
        var _ = second) {
      // In the opposite order, whatever fails.
    }
  }

  @AfterEach
  void the_servers_saw_nothing_wrong() {
    assertThat(sessions.violations()).isEmpty();
    assertThat(stateless.violations()).isEmpty();
  }

  private static GatewayProcess gateway(String name) {
    return GatewayProcess.start(
        folder.resolve("manifests"),
        folder.resolve(name),
        "--redis",
        redis.uri(),
        "--mcp-allow",
        "127.0.0.0/8",
        "--drain",
        "1s");
  }

  private static ToolClient client(GatewayProcess gateway, String token) {
    return ToolClient.of(gateway.address(), token, "/mcp");
  }

  private static ToolClient begun(GatewayProcess gateway) {
    return client(gateway, "roams-between-two-gateways").begun(ABLE);
  }

  private static ToolClient others(GatewayProcess gateway) {
    return client(gateway, "has-another-key-than-that").begun(ABLE);
  }

  private static String call(String server, String tool, String arguments) {
    return """
    {"name":"%s__%s","arguments":%s,"_meta":{"progressToken":"mine"}}
    """
        .formatted(server, tool, arguments);
  }

  private static int cancelled(String server) {
    return (server.equals("sessions") ? sessions.cancelled() : stateless.cancelled()).size();
  }

  private static int watched(String server) {
    return server.equals("sessions") ? sessions.subscriptions() : stateless.subscriptions();
  }

  private static void update(String server) {
    if (server.equals("sessions")) {
      sessions.updated("note://rome/1");
    } else {
      stateless.updated("note://rome/1");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_question_of_a_server_is_answered_at_the_other_gateway(String server) {
    var caller = begun(first);
    try (var stream = caller.open(1, "tools/call", call(server, "ask", "{}"))) {
      var asked = stream.event();
      assertThat(asked.method()).isEqualTo("elicitation/create");
      var answer =
          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":"
              + "{\"action\":\"accept\",\"content\":{\"name\":\"%s\"}}}";
      var id = asked.message().path("id");
      assertThat(begun(second).tell(answer.formatted(id, "Eve"))).isEqualTo(202);
      assertThat(others(second).tell(answer.formatted(id, "Eve"))).isEqualTo(202);
      var moved = caller.at(second.address());
      assertThat(moved.tell(answer.formatted(id, "Ada"))).isEqualTo(202);
      var result = stream.event().message();
      assertThat(result.at("/result/content/0/text").asString()).isEqualTo("accept Ada");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_call_is_cancelled_at_the_other_gateway_and_its_server_hears_it(String server) {
    var caller = begun(first);
    int before = cancelled(server);
    var slow = call(server, "slow", "{\"steps\":10000,\"millis\":20}");
    try (var stream = caller.open(7, "tools/call", slow)) {
      assertThat(stream.event().method()).isEqualTo("notifications/progress");
      var cancel =
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
              + "\"params\":{\"requestId\":7,\"reason\":\"enough\"}}";
      assertThat(begun(second).tell(cancel)).isEqualTo(202);
      assertThat(stream.event().method()).isEqualTo("notifications/progress");
      assertThat(caller.at(second.address()).tell(cancel)).isEqualTo(202);
      // It ends, and nobody is answered.
      assertThat(stream.rest()).noneMatch(event -> event.message().has("id"));
    }
    await().atMost(SOON).until(() -> cancelled(server) == before + 1);
  }

  @Test
  void a_session_that_ends_at_the_other_gateway_has_ended_at_both_and_at_one_that_comes_later() {
    var caller = begun(first);
    int before = sessions.cancelled().size();
    var slow = call("sessions", "slow", "{\"steps\":10000,\"millis\":20}");
    try (var changes = caller.open();
        var stream = caller.open(7, "tools/call", slow)) {
      assertThat(stream.event().method()).isEqualTo("notifications/progress");
      assertThat(caller.at(second.address()).ended()).isEqualTo(204);
      assertThat(changes.rest()).isEmpty();
      await().atMost(SOON).until(() -> sessions.cancelled().size() == before + 1);
    }
    assertThat(caller.ask("tools/list", "{}").status()).isEqualTo(404);
    assertThat(caller.at(second.address()).ask("tools/list", "{}").status()).isEqualTo(404);
    try (var third = gateway("third")) {
      AttackedWorld.awaitTool(begun(third), "sessions__say");
      assertThat(caller.at(third.address()).ask("tools/list", "{}").status()).isEqualTo(404);
    }
  }

  private static List<String> said(ToolStream stream) {
    var said = new ArrayList<String>();
    for (var event : stream.rest()) {
      if (event.method().equals("notifications/message")) {
        said.add(event.message().at("/params/level").asString());
      }
    }
    return said;
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void the_level_that_is_set_at_the_other_gateway_counts_at_both(String server) {
    var caller = begun(first);
    var say = call(server, "say", "{\"levels\":[\"debug\",\"warning\",\"info\",\"error\"]}");
    var set = caller.at(second.address()).ask("logging/setLevel", "{\"level\":\"warning\"}");
    assertThat(set.status()).isEqualTo(200);
    for (var gateway : List.of(first, second)) {
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                try (var stream = caller.at(gateway.address()).open(9, "tools/call", say)) {
                  assertThat(said(stream)).containsExactly("warning", "error");
                }
              });
    }
  }

  private static void hear(ToolStream stream) {
    var event = stream.event();
    while (!event.method().equals("notifications/resources/updated")) {
      event = stream.event();
    }
    assertThat(event.message().at("/params/uri").asString()).isEqualTo("note://rome/1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_resource_that_is_watched_at_the_other_gateway_is_told_of_on_this_stream(String server) {
    var caller =
        ToolClient.of(first.address(), "roams-between-two-gateways", "/mcp/" + server).begun(ABLE);
    int before = watched(server);
    var moved = caller.at(second.address());
    try (var stream = caller.open()) {
      var subscribed = moved.ask("resources/subscribe", NOTE);
      assertThat(subscribed.result().isObject()).as(subscribed.body()).isTrue();
      // Nobody knows what changed until this gateway was told of it.
      hear(stream);
      await().atMost(SOON).until(() -> watched(server) == before + 2);
      update(server);
      hear(stream);
      assertThat(moved.ask("resources/unsubscribe", NOTE).status()).isEqualTo(200);
      await().atMost(SOON).until(() -> watched(server) == before);
    }
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.lastIndexOf('.') + 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_stream_of_a_running_call_that_broke_goes_on_at_the_other_gateway(String server) {
    var caller = begun(first);
    var slow = call(server, "slow", "{\"steps\":60,\"millis\":50}");
    var events = new ArrayList<ToolStream.Event>();
    try (var stream = caller.open(3, "tools/call", slow)) {
      events.add(stream.event());
      events.add(stream.event());
    }
    var foreign = others(second).with("last-event-id", events.getLast().id());
    try (var stolen = foreign.open()) {
      assertThat(stolen.rest()).noneMatch(event -> event.message().has("result"));
    }
    for (var gateway : List.of(second, first)) {
      try (var some = taken(caller, gateway, events)) {
        for (int i = 0; i < 5; i++) {
          events.add(some.event());
        }
      }
    }
    try (var rest = taken(caller, second, events)) {
      events.addAll(rest.rest());
    }
    assertThat(events).hasSize(61);
    for (int i = 0; i < 61; i++) {
      assertThat(number(events.get(i).id())).isEqualTo(i + 1);
      assertThat(events.get(i).message().at("/params/progress").asInt(61)).isEqualTo(i + 1);
    }
    var result = events.getLast().message();
    assertThat(result.path("id").asInt()).isEqualTo(3);
    assertThat(result.at("/result/content/0/text").asString()).isEqualTo("done");
  }

  private static ToolStream taken(
      ToolClient caller, GatewayProcess gateway, List<ToolStream.Event> events) {
    return caller.at(gateway.address()).with("last-event-id", events.getLast().id()).open();
  }

  @Test
  void a_stateless_client_answers_a_question_at_the_other_gateway() {
    var call = json(call("sessions", "ask", "{}"));
    var caller = new StatelessClient(client(first, "roams-between-two-gateways"), ABLE);
    var asked = caller.ask("tools/call", call).result();
    assertThat(asked.path("resultType").asString()).as("%s", asked).isEqualTo("input_required");
    var answer = "{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}";
    var other = new StatelessClient(client(second, "has-another-key-than-that"), ABLE);
    assertThat(other.answer(call, asked, answer).body()).doesNotContain("Ada");
    var moved = new StatelessClient(client(second, "roams-between-two-gateways"), ABLE);
    assertThat(moved.answer(call, asked, answer).text()).isEqualTo("accept Ada");
  }

  @Test
  void what_a_killed_gateway_had_is_said_to_be_lost_and_the_session_goes_on() {
    try (var killed = gateway("killed")) {
      var caller = begun(killed);
      AttackedWorld.awaitTool(caller, "sessions__say");
      var slow = call("sessions", "slow", "{\"steps\":10000,\"millis\":20}");
      String seen;
      ToolStream.Event more;
      try (var stream = caller.open(77, "tools/call", slow)) {
        seen = stream.event().id();
      }
      var moved = caller.at(second.address());
      try (var rest = moved.with("last-event-id", seen).open()) {
        more = rest.event();
        assertThat(number(more.id())).isEqualTo(number(seen) + 1);
        killed.killTree();
        // It ends, so that the client asks again.
        var last = rest.rest();
        more = last.isEmpty() ? more : last.getLast();
        assertThat(more.message().has("result")).isFalse();
      }
      try (var rest = moved.with("last-event-id", more.id()).open()) {
        assertThat(rest.rest())
            .singleElement()
            .satisfies(
                event -> {
                  assertThat(event.message().path("id").asInt()).isEqualTo(77);
                  assertThat(event.message().at("/error/message").asString()).isEqualTo(LOST);
                });
      }
      assertThat(moved.call("sessions__echo", "{\"text\":\"on\"}").text()).isEqualTo("on");
    }
  }
}
