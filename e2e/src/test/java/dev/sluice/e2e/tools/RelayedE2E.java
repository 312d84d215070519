package dev.sluice.e2e.tools;

import static dev.sluice.e2e.tools.StatelessClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.World;
import dev.sluice.testkit.mcp.LegacyMcpSimulator;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.McpScript.Answers;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What servers and clients of both eras say to each other while a call runs, through the whole
/// gateway: it reaches the one that it is for, and nobody else.
final class RelayedE2E {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final McpScript EVENTS = McpScript.STANDARD.with(Answers.EVENTS);
  private static final String ABLE = "{\"elicitation\":{},\"sampling\":{},\"roots\":{}}";
  private static final BigDecimal PRICE = new BigDecimal("0.25");

  private static final String SERVER =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: McpServer
      metadata: { name: %s }
      spec: { transport: StreamableHttp, url: "%s", pricePerCallUsd: "0.25" }
      """;

  /// What a server asks during a call, and what the call says once it has the answer.
  private record Question(String tool, String method, String answer, String said) {}

  private static final List<Question> QUESTIONS =
      List.of(
          new Question(
              "ask",
              "elicitation/create",
              "{\"action\":\"accept\",\"content\":{\"name\":\"Ada\"}}",
              "accept Ada"),
          new Question(
              "sample",
              "sampling/createMessage",
              "{\"role\":\"assistant\",\"model\":\"m\","
                  + "\"content\":{\"type\":\"text\",\"text\":\"the client's\"}}",
              "the client's"),
          new Question(
              "roots",
              "roots/list",
              "{\"roots\":[{\"uri\":\"file:///of/the/client\"}]}",
              "file:///of/the/client"));

  private static LegacyMcpSimulator sessions;
  private static ModernMcpSimulator stateless;
  private static World world;
  private static Eavesdroppers others;

  @BeforeAll
  static void start() {
    sessions = LegacyMcpSimulator.start(EVENTS);
    stateless = ModernMcpSimulator.start(EVENTS);
    for (var tool : List.of("sample", "roots", "say")) {
      sessions.define(tool, "Simulated: " + tool);
      stateless.define(tool, "Simulated: " + tool);
    }
    var granted = "{ server: sessions, tools: [ \"*\" ] }, { server: stateless, tools: [ \"*\" ] }";
    world =
        World.start(
            SERVER.formatted("sessions", sessions.url())
                + SERVER.formatted("stateless", stateless.url())
                + AttackedWorld.key("caller", granted)
                + AttackedWorld.key("hasty", granted)
                + AttackedWorld.key("other", granted),
            "--mcp-allow",
            "127.0.0.0/8");
    var first = client("caller").begun(ABLE);
    AttackedWorld.awaitTool(first, "sessions__say");
    AttackedWorld.awaitTool(first, "stateless__say");
    others = Eavesdroppers.of(client("other").begun(ABLE), first);
  }

  @AfterAll
  static void stop() {
    others.close();
    world.close();
    sessions.close();
    stateless.close();
  }

  @AfterEach
  void the_servers_saw_nothing_wrong_and_others_heard_nothing() {
    assertThat(sessions.violations()).isEmpty();
    assertThat(stateless.violations()).isEmpty();
    assertThat(others.heard()).isEmpty();
  }

  private static ToolClient client(String key) {
    return ToolClient.of(world.gateway().address(), world.gateway().key(key), "/mcp");
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

  /// Its hold has ended, its price is charged since it may have run, and its record says why.
  private static void assertCancelled(String server, int before, int records) {
    await().atMost(SOON).until(() -> cancelled(server) == before + 1);
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              var told = records();
              assertThat(told).hasSize(records + 1);
              assertThat(told.getLast().path("outcome").asString()).isEqualTo("cancelled");
              assertThat(told.getLast().path("server").asString()).contains(server);
              var budget = world.gateway().budgets("hasty").get(0);
              assertThat(budget.path("held").asString()).isEqualTo("0");
              assertThat(new BigDecimal(budget.path("posted").asString()))
                  .isEqualByComparingTo(PRICE.multiply(BigDecimal.valueOf(told.size())));
            });
  }

  private static List<JsonNode> records() {
    return world.gateway().toolUsage().stream()
        .filter(record -> record.path("key").asString().equals("hasty"))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_call_that_a_client_cancels_in_its_session_ends_at_the_server(String server) {
    var client = client("hasty").begun();
    int before = cancelled(server);
    int records = records().size();
    var slow = call(server, "slow", "{\"steps\":10000,\"millis\":20}");
    try (var stream = client.open(7, "tools/call", slow)) {
      assertThat(stream.event().method()).isEqualTo("notifications/progress");
      var cancel =
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\","
              + "\"params\":{\"requestId\":7,\"reason\":\"enough\"}}";
      // Of another session nothing has this id.
      assertThat(client("hasty").begun().tell(cancel)).isEqualTo(202);
      assertThat(stream.event().method()).isEqualTo("notifications/progress");
      assertThat(client.tell(cancel)).isEqualTo(202);
      // It ends, and nobody is answered.
      assertThat(stream.rest()).noneMatch(event -> event.message().has("id"));
    }
    assertCancelled(server, before, records);
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_call_whose_stateless_client_hangs_up_ends_at_the_server(String server) {
    var client = new StatelessClient(client("hasty"), "{}");
    int before = cancelled(server);
    int records = records().size();
    var slow = json(call(server, "slow", "{\"steps\":10000,\"millis\":20}"));
    try (var stream = client.open(7, "tools/call", slow)) {
      assertThat(stream.event().method()).isEqualTo("notifications/progress");
    }
    assertCancelled(server, before, records);
  }

  private static Stream<Arguments> questions() {
    return Stream.of("sessions", "stateless")
        .flatMap(server -> QUESTIONS.stream().map(question -> Arguments.of(server, question)));
  }

  @ParameterizedTest
  @MethodSource("questions")
  void what_a_server_asks_goes_to_the_session_that_called_and_back(
      String server, Question question) {
    var caller = client("caller").begun(ABLE);
    try (var stream = caller.open(1, "tools/call", call(server, question.tool(), "{}"))) {
      var asked = stream.event();
      assertThat(asked.method()).isEqualTo(question.method());
      var answer = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":%s}";
      var id = asked.message().path("id");
      var forged = answer.formatted(id, question.answer().replaceAll("Ada|the.client", "Eve"));
      assertThat(client("other").begun(ABLE).tell(forged)).isEqualTo(202);
      assertThat(client("caller").begun(ABLE).tell(forged)).isEqualTo(202);
      assertThat(caller.tell(answer.formatted(id, question.answer()))).isEqualTo(202);
      var result = stream.event().message();
      assertThat(result.at("/result/content/0/text").asString()).isEqualTo(question.said());
      assertThat(stream.rest()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("questions")
  void what_a_server_asks_goes_to_the_stateless_client_that_called_and_back(
      String server, Question question) {
    var caller = new StatelessClient(client("caller"), ABLE);
    var call = json(call(server, question.tool(), "{}"));
    var asked = caller.ask("tools/call", call).result();
    assertThat(asked.path("resultType").asString()).as("%s", asked).isEqualTo("input_required");
    assertThat(asked.path("inputRequests").findValuesAsString("method"))
        .containsExactly(question.method());
    if (server.equals("sessions")) {
      var forged = question.answer().replaceAll("Ada|the.client", "Eve");
      var other = new StatelessClient(client("other"), ABLE).answer(call, asked, forged);
      assertThat(other.body()).doesNotContain("Eve");
    }
    assertThat(caller.answer(call, asked, question.answer()).text()).isEqualTo(question.said());
  }

  @ParameterizedTest
  @MethodSource("questions")
  void a_client_that_cannot_be_asked_is_not_asked(String server, Question question) {
    var answer = client("caller").begun().ask("tools/call", call(server, question.tool(), "{}"));
    assertThat(answer.body()).doesNotContain(question.method());
    assertThat(answer.json()).isPresent();
  }

  /// What came before the result, in words.
  private static List<String> said(ToolStream stream) {
    var said = new ArrayList<String>();
    for (var event : stream.rest()) {
      var params = event.message().path("params");
      switch (event.method()) {
        case "notifications/progress" -> {
          assertThat(params.path("progressToken").asString()).isEqualTo("mine");
          said.add("progress " + params.path("progress").asInt());
        }
        case "notifications/message" ->
            said.add(params.path("level").asString() + " " + params.path("data").asString());
        default -> said.add(event.message().at("/result/content/0/text").asString());
      }
    }
    return said;
  }

  private static final String LEVELS = "{\"levels\":[\"debug\",\"warning\",\"info\",\"error\"]}";
  private static final List<String> FROM_WARNING =
      List.of(
          "progress 1",
          "warning line 2",
          "progress 2",
          "progress 3",
          "error line 4",
          "progress 4",
          "said");
  private static final List<String> PROGRESS =
      List.of("progress 1", "progress 2", "progress 3", "progress 4", "said");

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_session_hears_progress_and_log_lines_of_its_level_in_order(String server) {
    var client = client("caller").begun();
    assertThat(client.ask("logging/setLevel", "{\"level\":\"warning\"}").status()).isEqualTo(200);
    try (var stream = client.open(9, "tools/call", call(server, "say", LEVELS))) {
      assertThat(said(stream)).isEqualTo(FROM_WARNING);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_stateless_client_hears_the_log_lines_that_it_asks_for(String server) {
    var client = new StatelessClient(client("caller"), "{}");
    var call = json(call(server, "say", LEVELS));
    try (var stream = client.open(9, "tools/call", call)) {
      assertThat(said(stream)).isEqualTo(PROGRESS);
    }
    call.withObject("_meta").put("io.modelcontextprotocol/logLevel", "warning");
    try (var stream = client.open(9, "tools/call", call)) {
      assertThat(said(stream)).isEqualTo(FROM_WARNING);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sessions", "stateless"})
  void a_stream_that_broke_is_taken_up_and_nothing_is_told_twice_or_lost(String server) {
    var client = client("caller").begun();
    var slow = call(server, "slow", "{\"steps\":60,\"millis\":50}");
    var steps = new ArrayList<Integer>();
    String last;
    try (var stream = client.open(3, "tools/call", slow)) {
      steps.add(progress(stream.event()));
      var second = stream.event();
      steps.add(progress(second));
      last = second.id();
    }
    assertThat(last).isNotEmpty();
    var other = client("other").begun().with("last-event-id", last);
    // To another key it is a stream of a gateway that is gone.
    try (var stolen = other.open()) {
      assertThat(stolen.rest()).noneMatch(event -> event.message().has("result"));
    }
    try (var rest = client.with("last-event-id", last).open()) {
      for (var event : rest.rest()) {
        if (event.message().has("result")) {
          assertThat(event.message().path("id").asInt()).isEqualTo(3);
          steps.add(0);
        } else {
          steps.add(progress(event));
        }
      }
    }
    var expected = new ArrayList<Integer>();
    for (int i = 1; i <= 60; i++) {
      expected.add(i);
    }
    expected.add(0);
    assertThat(steps).isEqualTo(expected);
  }

  private static int progress(ToolStream.Event event) {
    assertThat(event.method()).isEqualTo("notifications/progress");
    return event.message().at("/params/progress").asInt();
  }
}
