package dev.sluice.e2e.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.bedrock.BedrockConfig;
import dev.sluice.testkit.bedrock.BedrockSimulator;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One gateway before Anthropic, a service that speaks like OpenAI, and Claude at Bedrock; a key
/// for each has its provider's name. The key `flees` has all three behind one another, and the key
/// `poor` next to nothing to spend.
record RivalWorld(
    World world, AnthropicSimulator spare, OpenAiSimulator openAi, BedrockSimulator bedrock)
    implements AutoCloseable {

  static final String CLAUDE = "claude-opus-5-5";

  private static final String GPT = "gpt-4.1";
  private static final String CLAUDE_AT_AWS = "anthropic.claude-opus-5-5-v1:0";
  private static final String REGION = "eu-central-1";
  private static final String BEDROCK_KEY = "bedrock-api-key-simulated";
  private static final String PATIENT = "\n  outlier: { consecutiveErrors: 1000 }";

  static RivalWorld start() {
    var spare = AnthropicSimulator.start(SimulatorConfig.of(PriceTable.recorded()));
    var openAi = OpenAiSimulator.start(OpenAiConfig.standard());
    var prices =
        PriceTable.of(Map.of(CLAUDE_AT_AWS, ModelPrice.of(Rates.of("4", "20", "0.2", "5", "8"))));
    var bedrock = BedrockSimulator.start(BedrockConfig.of(prices, REGION).withApiKeys(BEDROCK_KEY));
    var anthropic = "type: Anthropic" + PATIENT + "\n  endpoint: ";
    var chat = "type: OpenAICompatible" + PATIENT + "\n  endpoint: " + openAi.uri() + "/v1";
    var aws = "type: Bedrock\n  region: " + REGION + PATIENT + "\n  endpoint: " + bedrock.uri();
    var manifests =
        World.provider("first", anthropic + "SIMULATOR", SimulatorConfig.API_KEY, "")
            + World.provider("spare", anthropic + spare.uri(), SimulatorConfig.API_KEY, "")
            + World.provider("chat", chat, OpenAiConfig.API_KEY, World.priced(GPT))
            + World.provider("aws", aws, BEDROCK_KEY, atAws())
            + key("home", "first", "first/" + CLAUDE, "")
            + key("chat", "chat", "chat/" + GPT, "")
            + key("aws", "aws", "aws/claude-opus-5-5-v1", "")
            + key("poor", "chat", "chat/" + GPT, "").replace("\"50\"", "\"0.000001\"")
            + key("flees", "first", "first/" + CLAUDE, "\"chat/" + GPT + "\", \"spare/" + CLAUDE)
                .replace(
                    "[ { name: first } ]", "[ { name: first }, { name: chat }, { name: spare } ]");
    return new RivalWorld(World.start(manifests), spare, openAi, bedrock);
  }

  private static String atAws() {
    return World.priced("claude-opus-5-5-v1")
        .replace("maxOutputTokens", "upstreamName: " + CLAUDE_AT_AWS + "\n      maxOutputTokens");
  }

  /// @param next the fallbacks, in quotes but for the last one
  private static String key(String name, String provider, String model, String next) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %1$s }
    spec:
      providers: [ { name: %2$s } ]
      budgets: [ { limitUsd: "50", window: Day } ]
      aliases: [ { name: fast, to: %3$s } ]
    %4$s"""
        .formatted(
            name, provider, model, next.isEmpty() ? "" : "  fallbacks: [ " + next + "\" ]\n");
  }

  List<Simulator> simulators() {
    return List.of(world.simulator(), spare, openAi, bedrock);
  }

  /// A request of the Messages API; single quotes stand for double ones.
  HttpResponse<byte[]> ask(String key, String body, Header... more) {
    var headers = new ArrayList<>(List.of(more));
    headers.add(new Header("anthropic-version", "2023-06-01"));
    return post(key, "/v1/messages?beta=true", body, headers);
  }

  /// A short question.
  ///
  /// @param more members of the body, with a comma before the first
  static String question(String model, String more) {
    return "{'model':'%s','max_tokens':300,'messages':[{'role':'user','content':'Why?'}]%s}"
        .formatted(model, more)
        .replace('\'', '"');
  }

  HttpResponse<byte[]> stream(String key, Header... more) {
    return ask(key, question("fast", ",'stream':true"), more);
  }

  /// The same question of a program that speaks OpenAI.
  HttpResponse<byte[]> chat(String key, boolean stream) {
    var body =
        "{'model':'fast','stream':%s,'messages':[{'role':'user','content':'Why?'}]}"
            .formatted(stream)
            .replace('\'', '"');
    return post(key, "/v1/chat/completions", body, List.of());
  }

  private HttpResponse<byte[]> post(String key, String path, String body, List<Header> more) {
    var headers = new ArrayList<>(more);
    headers.add(new Header("content-type", "application/json"));
    var http = new HttpRequest("POST", path, headers, body.getBytes(StandardCharsets.UTF_8));
    return new RecordedClient(world.gateway().address(), world.gateway().key(key))
        .whole(new RecordedTraffic.Request("small", http));
  }

  /// Every call was played, and none was as it should not be.
  void assertNoCallIsLeft() {
    for (var simulator : simulators()) {
      simulator.clearScripts();
      assertThat(simulator.violations()).isEmpty();
    }
  }

  @Override
  public void close() {
    world.close();
    spare.close();
    openAi.close();
    bedrock.close();
  }
}
