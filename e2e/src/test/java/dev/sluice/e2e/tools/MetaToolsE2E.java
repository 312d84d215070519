package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.sluice.e2e.World;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// Calls of the gateway's own tools are counted and recorded through the whole gateway.
final class MetaToolsE2E {

  private static final String CODE = "return await servers.lab.echo({ text: 'hello' });";

  private static ModernMcpSimulator server;
  private static World world;

  @BeforeAll
  static void start() {
    server = ModernMcpSimulator.start(McpScript.STANDARD);
    var manifests =
        """
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: McpServer
        metadata: { name: lab }
        spec:
          transport: StreamableHttp
          url: %s
          codeMode: true
          recording: { inputs: true, outputs: true }
        """
                .formatted(server.url())
            + key("coder", "")
            + key("hasty", "rateLimits: [ { requests: 3, window: Day } ]")
            + key("single", "rateLimits: [ { concurrent: 1 } ]");
    world = World.start(manifests, "--mcp-allow", "127.0.0.0/8");
  }

  @AfterAll
  static void stop() {
    world.close();
    server.close();
  }

  private static String key(String name, String more) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %s }
    spec:
      mcp: [ { server: lab, tools: [ "*" ] } ]
      %s
    """
        .formatted(name, more);
  }

  private static ToolClient client(String key) {
    var client = ToolClient.of(world.gateway().address(), world.gateway().key(key), "/mcp");
    var begun = client.begun();
    AttackedWorld.awaitTool(begun, "run_code");
    return begun;
  }

  private static ToolClient.Answer run(ToolClient client) {
    return client.ask(
        "tools/call",
        "{\"name\":\"run_code\",\"arguments\":{\"code\":\""
            + CODE
            + "\"},"
            + "\"_meta\":{\"claudecode/toolUseId\":\"toolu_7\"}}");
  }

  private static List<JsonNode> of(String key, List<JsonNode> records) {
    return records.stream().filter(record -> record.path("key").asString().equals(key)).toList();
  }

  private static List<JsonNode> own(String key) {
    return of(key, world.gateway().metaToolUsage());
  }

  @Test
  void a_program_is_recorded_with_whose_it_was_and_how_it_ended_and_without_its_text() {
    assertThat(run(client("coder")).text()).contains("hello");
    await().untilAsserted(() -> assertThat(own("coder")).hasSize(1));
    var record = own("coder").getFirst();
    var inner = of("coder", world.gateway().toolUsage()).getFirst();
    assertThat(record.path("tool").asString()).isEqualTo("run_code");
    assertThat(record.path("server").isNull()).as("%s", record).isTrue();
    assertThat(record.path("toolUseId").asString()).isEqualTo("toolu_7");
    assertThat(record.path("session").asString())
        .hasSize(16)
        .isEqualTo(inner.path("session").asString());
    assertThat(record.path("requestId").asString()).isEqualTo(inner.path("requestId").asString());
    assertThat(record.path("inputBytes").asInt()).isGreaterThan(CODE.length());
    assertThat(record.path("resultBytes").asInt()).isPositive();
    assertThat(record.path("durationMs").asLong())
        .isGreaterThanOrEqualTo(inner.path("durationMs").asLong());
    assertThat(record.path("outcome").asString()).isEqualTo("completed");
    assertThat(record.path("costUsd").asString()).isEqualTo("0");
    assertThat(record.has("input") || record.has("output")).as("%s", record).isFalse();
    assertThat(inner.path("input").asString()).contains("hello");
    assertThat(world.gateway().admin("/metrics"))
        .contains("sluice_meta_tool_calls_total{outcome=\"completed\",tool=\"run_code\"}");
  }

  @Test
  void a_rate_of_requests_counts_a_program_and_its_calls() {
    var client = client("hasty");
    assertThat(client.call("list_tools", "{}").text()).contains("lab");
    assertThat(run(client).text()).contains("hello");
    int before = server.runs();
    assertThat(run(client).text())
        .startsWith("Rate limit of key hasty is reached: 3 requests a day");
    assertThat(server.runs()).isEqualTo(before);
    await()
        .untilAsserted(
            () ->
                assertThat(own("hasty"))
                    .extracting(
                        record -> record.path("tool").asString(),
                        record -> record.path("outcome").asString(),
                        record -> record.path("reason").asString(""))
                    .containsExactly(
                        tuple("list_tools", "completed", ""),
                        tuple("run_code", "completed", ""),
                        tuple("run_code", "refused", "rate_limited")));
  }

  @Test
  void a_key_of_one_request_at_once_runs_programs_that_call() {
    var client = client("single");
    for (int i = 0; i < 3; i++) {
      assertThat(run(client).text()).contains("hello");
    }
    await()
        .untilAsserted(
            () ->
                assertThat(own("single"))
                    .hasSize(3)
                    .allMatch(record -> record.path("outcome").asString().equals("completed")));
  }
}
