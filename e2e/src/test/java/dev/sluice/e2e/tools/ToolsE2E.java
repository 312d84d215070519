package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.e2e.World;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Tools of a simulated server through the whole gateway: Envoy, the request flow, the service.
final class ToolsE2E {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static ModernMcpSimulator server;
  private static World world;

  @BeforeAll
  static void start() {
    server = ModernMcpSimulator.start(McpScript.STANDARD);
    server.requireToken("tool-token"::equals);
    var manifests =
        """
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: desk }
        stringData: { header: Bearer tool-token }
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: McpServer
        metadata: { name: desk }
        spec:
          transport: StreamableHttp
          url: %s
          headers: [ { name: authorization, secretRef: { name: desk, key: header } } ]
          pricePerCallUsd: "0.25"
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: McpServer
        metadata: { name: lost }
        spec: { transport: StreamableHttp, url: "http://127.0.0.1:1/mcp" }
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: McpServer
        metadata: { name: lab }
        spec: { transport: StreamableHttp, url: "http://127.0.0.1:1/mcp", codeMode: true }
        """
            .formatted(server.url());
    var granted =
        World.key("granted", "10")
            + """
              mcp:
                - { server: desk, tools: [ "echo" ] }
                - { server: lost, tools: [ "find_*" ] }
                - { server: lab, tools: [ "*" ] }
            """;
    var reader =
        World.key("reader", "10")
            + """
              mcp: [ { server: desk, tools: [ "echo" ] } ]
              rateLimits: [ { requests: 1, window: Day } ]
            """;
    world =
        World.start(
            manifests + granted + reader + World.key("other", "10"), "--mcp-allow", "127.0.0.0/8");
  }

  @AfterAll
  static void stop() {
    world.close();
    server.close();
  }

  private static HttpResponse<String> post(String token, String path, String body)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(world.gateway().address() + path))
            .timeout(Duration.ofSeconds(30))
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2025-06-18")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("authorization", "Bearer " + token);
    }
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /// A client's session, as its id.
  private static String session(String key) throws Exception {
    var hello =
        """
        {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18",
         "capabilities":{},"clientInfo":{"name":"e2e","version":"1"}}}
        """;
    var answer = post(world.gateway().key(key), "/mcp", hello);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.headers().firstValue("mcp-session-id").orElseThrow();
  }

  private static JsonNode ask(String key, String session, String method, String params)
      throws Exception {
    return ask("/mcp", key, session, method, params);
  }

  private static JsonNode ask(String path, String key, String session, String method, String params)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(world.gateway().address() + path))
            .timeout(Duration.ofSeconds(30))
            .header("content-type", "application/json")
            .header("accept", "application/json, text/event-stream")
            .header("mcp-protocol-version", "2025-06-18")
            .header("mcp-session-id", session)
            .header("x-api-key", world.gateway().key(key))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"%s\",\"params\":%s}"
                        .formatted(method, params)))
            .build();
    var answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var body = answer.body();
    return JSON.readTree(body.startsWith("{") ? body : data(body));
  }

  /// Of the last event.
  private static String data(String events) {
    return events
        .lines()
        .filter(line -> line.startsWith("data:") && line.contains("\"id\":2"))
        .map(line -> line.substring("data:".length()))
        .findFirst()
        .orElseThrow(() -> new AssertionError(events));
  }

  @Test
  void a_key_sees_and_calls_what_it_is_granted_and_the_call_is_in_the_books() throws Exception {
    var session = session("granted");
    var listed = new java.util.concurrent.atomic.AtomicReference<JsonNode>();
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              listed.set(ask("granted", session, "tools/list", "{}").at("/result"));
              return listed.get().path("tools").findValuesAsString("name").contains("desk__echo");
            });
    assertThat(listed.get().path("tools").findValuesAsString("name"))
        .containsExactlyInAnyOrder("desk__echo", "search_tools");
    var called =
        ask(
            "granted",
            session,
            "tools/call",
            "{\"name\":\"desk__echo\",\"arguments\":{\"text\":\"hello\"}}");
    assertThat(called.at("/result/content/0/text").asString()).as("%s", called).isEqualTo("hello");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> world.gateway().budgets("granted").toString().contains("0.25"));
    assertThat(server.violations()).isEmpty();
    assertThat(server.received().toString()).doesNotContain(world.gateway().key("granted"));
  }

  @Test
  void what_a_client_reads_is_in_the_usage_log_and_costs_nothing() throws Exception {
    var session = session("reader");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> ask("reader", session, "resources/list", "{}").toString().contains("note://"));
    var params = "{\"uri\":\"note://münchen/1\"}";
    var read = ask("reader", session, "resources/read", params);
    assertThat(read.at("/result/contents/0/text").asString()).as("%s", read).isEqualTo("a note");
    var refused = ask("reader", session, "resources/read", params);
    assertThat(refused.at("/error/message").asString()).startsWith("Rate limit of key reader");
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(world.gateway().toolMessageUsage())
                    .filteredOn(record -> record.path("key").asString().equals("reader"))
                    .extracting(
                        record -> record.path("method").asString(),
                        record -> record.path("name").asString(),
                        record -> record.path("outcome").asString(),
                        record -> record.path("costUsd").asString())
                    .containsExactly(
                        tuple("resources/read", "note://münchen/1", "completed", "0"),
                        tuple("resources/read", "note://münchen/1", "refused", "0")));
  }

  @Test
  void a_key_without_a_grant_sees_nothing_and_what_it_calls_is_recorded() throws Exception {
    var session = session("other");
    var tools = ask("other", session, "tools/list", "{}").at("/result/tools");
    assertThat(tools.isArray()).isTrue();
    assertThat(tools).isEmpty();
    var refused = ask("other", session, "tools/call", "{\"name\":\"desk__echo\"}");
    assertThat(refused.at("/error/code").asInt()).as("%s", refused).isEqualTo(-32602);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(world.gateway().toolUsage())
                    .filteredOn(record -> record.path("key").asString().equals("other"))
                    .extracting(record -> record.path("outcome").asString())
                    .containsExactly("refused"));
  }

  @Test
  void a_server_that_is_down_is_named_to_whoever_calls_a_tool_of_it_that_is_granted()
      throws Exception {
    var session = session("granted");
    var down = "is not available: .*no connection.*; the tool has not run";
    awaitAnswer(() -> called("/mcp", "granted", session, "lost__find_page"), "server lost " + down);
    awaitAnswer(() -> called("/mcp/lost", "granted", session, "find_page"), "server lost " + down);
    awaitAnswer(() -> called("/mcp", "granted", session, "lab__measure"), "server lab " + down);
    assertThat(called("/mcp", "granted", session, "lost__drop")).contains("Unknown tool");
    assertThat(called("/mcp/lost", "granted", session, "drop")).contains("Unknown tool");
    var other = session("other");
    assertThat(called("/mcp", "other", other, "lost__find_page")).contains("Unknown tool");
    assertThat(called("/mcp", "other", other, "run_code")).contains("Unknown tool");
    assertThat(post(world.gateway().key("other"), "/mcp/lost", "{}").statusCode()).isEqualTo(404);
  }

  @Test
  void a_program_hears_that_a_server_is_down() throws Exception {
    var session = session("granted");
    var code =
        "{\"name\":\"run_code\",\"arguments\":{\"code\":\"return await servers.lab.measure({})\"}}";
    awaitAnswer(
        () -> ask("granted", session, "tools/call", code).toString(),
        "ToolError: lab is not available now: .*no connection.*line 1");
  }

  private static String called(String path, String key, String session, String tool)
      throws Exception {
    return ask(path, key, session, "tools/call", "{\"name\":\"" + tool + "\",\"arguments\":{}}")
        .toString();
  }

  /// Until the connection was tried, the reason is another one.
  private static void awaitAnswer(Callable<String> answer, String pattern) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(answer.call()).containsPattern(pattern));
  }

  @Test
  void who_has_no_key_is_refused_and_not_sent_to_sign_in() throws Exception {
    for (var token : new String[] {"", "sk-unknown"}) {
      var refused = post(token, "/mcp", "{}");
      assertThat(refused.statusCode()).isEqualTo(401);
      assertThat(refused.headers().firstValue("www-authenticate")).isEmpty();
      assertThat(refused.body()).contains("authentication_error");
    }
  }

  @Test
  void a_stream_of_a_session_is_open_to_its_key() throws Exception {
    var session = session("granted");
    var request =
        HttpRequest.newBuilder(URI.create(world.gateway().address() + "/mcp"))
            .header("accept", "text/event-stream")
            .header("mcp-protocol-version", "2025-06-18")
            .header("mcp-session-id", session)
            .header("authorization", "Bearer " + world.gateway().key("granted"))
            .GET()
            .build();
    var answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    answer.body().close();
  }

  @Test
  void every_line_that_the_gateway_logs_is_json() throws Exception {
    assertThat(ask("granted", session("granted"), "tools/list", "{}").has("result")).isTrue();
    assertThat(world.gateway().log().lines())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(JSON.readTree(line).has("loggerName")).as(line).isTrue());
  }
}
