package dev.sluice.e2e.embedding;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.e2e.World;
import dev.sluice.e2e.foreign.Foreign;
import dev.sluice.testkit.bedrock.BedrockConfig;
import dev.sluice.testkit.bedrock.BedrockSimulator;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.gemini.GeminiConfig;
import dev.sluice.testkit.gemini.GeminiSimulator;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.vertex.VertexConfig;
import dev.sluice.testkit.vertex.VertexSimulator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/// A gateway with providers of all types that make embeddings, and a key for each of them: the key
/// has its provider's name, and knows its model as `vectors`.
public record Embedders(
    World world,
    OpenAiSimulator openAi,
    OpenAiSimulator spare,
    OpenAiSimulator azure,
    GeminiSimulator gemini,
    GeminiSimulator silent,
    VertexSimulator vertex,
    BedrockSimulator bedrock)
    implements Foreign {

  /// Of those that tell what they read.
  public static final List<String> TELLING =
      List.of(
          "openai",
          "preset",
          "plain",
          "azure",
          "azure-dated",
          "gemini",
          "vertex",
          "titan",
          "cohere");

  static final String SMALL = "text-embedding-3-small";
  static final String CHAT = "gpt-4.1";

  private static final String TOLD = "gemini-embedding-2";
  private static final String UNTOLD = "gemini-embedding-001";
  private static final String AT_VERTEX = "text-embedding-005";
  private static final String TITAN = "amazon.titan-embed-text-v2:0";
  private static final String COHERE = "cohere.embed-v4:0";
  private static final String PROJECT = "our-project";
  private static final String LOCATION = "europe-west4";
  private static final String REGION = "eu-central-1";
  private static final String BEDROCK_KEY = "bedrock-api-key-simulated";

  public static Embedders start() {
    var openAi = OpenAiSimulator.start(OpenAiConfig.standard());
    var spare = OpenAiSimulator.start(OpenAiConfig.standard());
    var azure = OpenAiSimulator.start(OpenAiConfig.standard().azure());
    var gemini = GeminiSimulator.start(GeminiConfig.of(prices(TOLD)));
    var silent = GeminiSimulator.start(GeminiConfig.of(prices(UNTOLD)));
    var vertex = VertexSimulator.start(VertexConfig.of(prices(AT_VERTEX), PROJECT, LOCATION));
    var bedrock =
        BedrockSimulator.start(
            BedrockConfig.of(prices(TITAN, COHERE), REGION).withApiKeys(BEDROCK_KEY));
    var atVertex = "type: VertexAI\n  project: %s\n  location: %s".formatted(PROJECT, LOCATION);
    var atAws = "type: Bedrock\n  region: " + REGION;
    var compatible = "type: OpenAICompatible";
    var dated = "type: AzureOpenAI\n  apiVersion: \"2024-10-21\"";
    var manifests =
        atOpenAi("openai", "type: OpenAI", openAi)
            + atOpenAi("spare", "type: OpenAI", spare)
            + atOpenAi("preset", compatible + "\n  preset: mistral", openAi)
            + atOpenAi("plain", compatible, openAi)
            + provider("azure", "type: AzureOpenAI", azure.uri() + "", OpenAiConfig.API_KEY, SMALL)
            + provider("azure-dated", dated, azure.uri() + "", OpenAiConfig.API_KEY, SMALL)
            + provider("gemini", "type: Gemini", gemini.uri() + "", GeminiConfig.API_KEY, TOLD)
            + provider("twin", "type: Gemini", gemini.uri() + "", GeminiConfig.API_KEY, SMALL, TOLD)
            + provider("silent", "type: Gemini", silent.uri() + "", GeminiConfig.API_KEY, UNTOLD)
            + provider("vertex", atVertex, vertex.uri() + "", vertex.keyFile(), AT_VERTEX)
            + provider("titan", atAws, bedrock.uri() + "", BEDROCK_KEY, TITAN)
            + provider("cohere", atAws, bedrock.uri() + "", BEDROCK_KEY, COHERE)
            + others();
    return new Embedders(
        World.start(manifests), openAi, spare, azure, gemini, silent, vertex, bedrock);
  }

  private static PriceTable prices(String... models) {
    var price = OpenAiConfig.price("0.02", "0", "0.02").withLimits(1, 8_192);
    var table = PriceTable.of(Map.<String, ModelPrice>of());
    for (var model : models) {
      table = table.with(model, price);
    }
    return table;
  }

  private static String atOpenAi(String name, String type, OpenAiSimulator simulator) {
    return provider(name, type, simulator.uri() + "/v1", OpenAiConfig.API_KEY, SMALL);
  }

  private static String provider(
      String name, String type, String endpoint, String apiKey, String model) {
    return provider(name, type, endpoint, apiKey, model.replace(":0", ""), model);
  }

  private static String provider(
      String name, String type, String endpoint, String apiKey, String model, String upstreamName) {
    return """
    ---
    apiVersion: v1
    kind: Secret
    metadata: { name: %1$s }
    stringData: { apiKey: %2$s }
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: Provider
    metadata: { name: %1$s }
    spec:
      %3$s
      endpoint: %4$s
      outlier: { consecutiveErrors: 1000 }
      credentials: [ { name: main, secretRef: { name: %1$s, key: apiKey } } ]
      models:
        - name: %5$s
          upstreamName: %6$s
          kind: Embedding
          price: { inputUsdPerMTok: "0.02" }
    %7$s\
    """
            .formatted(
                name,
                JsonMapper.shared().writeValueAsString(apiKey),
                type,
                endpoint,
                model,
                upstreamName,
                name.equals("openai") ? CHAT_MODEL : "")
        + key(name, "[ { name: " + name + " } ]", "50", name + "/" + model);
  }

  /// @param more lines of the spec, each with a line break before it
  private static String key(
      String name, String providers, String limitUsd, String vectors, String... more) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %s }
    spec:
      providers: %s
      budgets: [ { limitUsd: "%s", window: Day } ]
      aliases: [ { name: vectors, to: %s } ]%s
    """
        .formatted(name, providers, limitUsd, vectors, String.join("", more));
  }

  private static String others() {
    var both = "[ { name: openai }, { name: spare, weight: 0 } ]";
    var first = "openai/" + SMALL;
    return key("both", both, "50", SMALL)
        + key("abroad", both.replace("spare", "twin"), "50", SMALL)
        + key("other", "[ { name: openai }, { name: gemini } ]", "50", first, OTHER)
        + key("poor", "[ { name: openai } ]", "0.000001", first)
        + key("narrow", "[ { name: openai, models: [ \"gpt-*\" ] } ]", "50", CHAT)
        + key("slow", "[ { name: openai } ]", "50", first, SLOW)
        + key("claude", "[ { name: anthropic } ]", "50", "anthropic/claude-opus-5-5");
  }

  /// What the provider `openai` answers with.
  private static final String CHAT_MODEL =
      """
          - name: gpt-4.1
            price:
              inputUsdPerMTok: "2"
              outputUsdPerMTok: "8"
              cacheReadUsdPerMTok: "0.5"
              cacheWrite5mUsdPerMTok: "0"
              cacheWrite1hUsdPerMTok: "0"
      """;

  private static final String OTHER =
      "\n  fallbacks: [ gemini/gemini-embedding-2, openai/gpt-4.1 ]";
  private static final String SLOW = "\n  rateLimits: [ { tokens: 100, window: Minute } ]";

  @Override
  public List<String> keys() {
    return Stream.concat(
            TELLING.stream(),
            Stream.of(
                "both", "abroad", "other", "poor", "narrow", "slow", "claude", "spare", "twin"))
        .toList();
  }

  @Override
  public GatewayProcess gateway(String key) {
    return world.gateway();
  }

  @Override
  public Simulator simulator(String key) {
    return switch (key) {
      case "azure", "azure-dated" -> azure;
      case "gemini" -> gemini;
      case "silent" -> silent;
      case "vertex" -> vertex;
      case "titan", "cohere" -> bedrock;
      default -> openAi;
    };
  }

  /// But for the one that does not tell what it read.
  @Override
  public List<Simulator> simulators() {
    return List.of(world.simulator(), openAi, spare, azure, gemini, vertex, bedrock);
  }

  @Override
  public void close() {
    world.close();
    simulators().stream().skip(1).forEach(Simulator::close);
    silent.close();
  }
}
