package dev.sluice.e2e.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.World;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import dev.sluice.testkit.mcp.Received;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.script.Script;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A model that wants a tool called is told to the client, who alone decides: what models say never
/// has the gateway call a tool, although it could, and although the key may.
final class SuggestionsOnlyE2E {

  private static final String TOOL = "mcp__sluice__desk__echo";
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static ModernMcpSimulator server;
  private static OpenAiSimulator openAi;
  private static World world;

  @BeforeAll
  static void start() {
    server = ModernMcpSimulator.start(McpScript.STANDARD);
    openAi = OpenAiSimulator.start(OpenAiConfig.standard());
    var declared =
        """
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: McpServer
        metadata: { name: desk }
        spec: { transport: StreamableHttp, url: "%s" }
        """
            .formatted(server.url());
    var granted = "  mcp: [ { server: desk, tools: [ \"*\" ] } ]\n";
    var abroad =
        """
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: VirtualKey
        metadata: { name: abroad }
        spec:
          providers: [ { name: gpt } ]
          budgets: [ { limitUsd: "50", window: Day } ]
          aliases: [ { name: "claude-opus-5-5", to: gpt/gpt-4.1 } ]
        """;
    var gpt = "type: OpenAI\n  endpoint: " + openAi.uri() + "/v1";
    world =
        World.start(
            declared
                + World.provider("gpt", gpt, OpenAiConfig.API_KEY, World.priced("gpt-4.1"))
                + (World.key("home", "50") + granted)
                + (abroad + granted),
            "--mcp-allow",
            "127.0.0.0/8");
    for (var key : new String[] {"home", "abroad"}) {
      var client = ToolClient.of(world.gateway().address(), world.gateway().key(key), "/mcp");
      AttackedWorld.awaitTool(client.begun(), "desk__echo");
    }
  }

  @AfterAll
  static void stop() {
    world.close();
    openAi.close();
    server.close();
  }

  private static String ask(String key, boolean stream) throws Exception {
    var body =
        """
        {"model":"claude-opus-5-5","max_tokens":512,"stream":%s,
         "tools":[{"name":"%s","description":"Says what it is told",
                   "input_schema":{"type":"object","properties":{"text":{"type":"string"}}}}],
         "messages":[{"role":"user","content":"Have it say hello."}]}
        """
            .formatted(stream, TOOL);
    var request =
        HttpRequest.newBuilder(URI.create(world.gateway().address() + "/v1/messages"))
            .timeout(Duration.ofSeconds(60))
            .header("content-type", "application/json")
            .header("anthropic-version", "2023-06-01")
            .header("authorization", "Bearer " + world.gateway().key(key))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    var answer = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return answer.body();
  }

  /// The call as the client reads it: its name and its input.
  private static JsonNode suggested(String answer, boolean stream) {
    var call = JSON.createObjectNode();
    if (!stream) {
      var message = JSON.readTree(answer);
      assertThat(message.path("stop_reason").asString()).isEqualTo("tool_use");
      var block = message.path("content").valueStream().filter(SuggestionsOnlyE2E::calls);
      var only = block.toList().getFirst();
      call.put("name", only.path("name").asString()).set("input", only.path("input"));
      return call;
    }
    var input = new StringBuilder();
    assertThat(answer).contains("\"stop_reason\":\"tool_use\"");
    for (var line : answer.lines().filter(line -> line.startsWith("data:")).toList()) {
      var event = JSON.readTree(line.substring("data:".length()));
      if (calls(event.path("content_block"))) {
        call.put("name", event.at("/content_block/name").asString());
      }
      input.append(event.at("/delta/partial_json").asString(""));
    }
    return call.set("input", JSON.readTree(input.toString()));
  }

  private static boolean calls(JsonNode block) {
    return block.path("type").asString("").equals("tool_use");
  }

  @ParameterizedTest
  @CsvSource({"home, true", "home, false", "abroad, true", "abroad, false"})
  void a_tool_that_a_model_wants_is_told_to_the_client_and_not_called(String key, boolean stream)
      throws Exception {
    Simulator provider = key.equals("home") ? world.simulator() : openAi;
    long before = provider.received();
    provider.next(
        Script.answer().text("I will.").tool(TOOL, Map.of("text", "hello")),
        Script.answer().text("A second turn that nobody asked for."));
    var call = suggested(ask(key, stream), stream);
    assertThat(call.path("name").asString()).isEqualTo(TOOL);
    assertThat(call.path("input")).isEqualTo(JSON.readTree("{\"text\":\"hello\"}"));
    assertThat(provider.received()).isEqualTo(before + 1);
    provider.clearScripts();
    assertThat(server.runs()).isZero();
    assertThat(server.received()).extracting(Received::method).doesNotContain("tools/call");
    assertThat(world.gateway().toolUsage()).isEmpty();
  }
}
