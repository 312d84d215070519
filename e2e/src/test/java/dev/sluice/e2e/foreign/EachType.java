package dev.sluice.e2e.foreign;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.e2e.World;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.bedrock.BedrockConfig;
import dev.sluice.testkit.bedrock.BedrockSimulator;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.gemini.GeminiConfig;
import dev.sluice.testkit.gemini.GeminiSimulator;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.openai.config.Quirks.Habit;
import dev.sluice.testkit.openai.config.Quirks.ReasoningPlace;
import dev.sluice.testkit.provider.Retention;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.vertex.VertexConfig;
import dev.sluice.testkit.vertex.VertexSimulator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/// One gateway, and a provider of each type and language, with a simulator of its own, so that
/// sessions at all of them can run side by side: the key is called as its provider is. All models
/// write long answers, and all have the same context, which a session can fill.
///
/// @param targets what stands in for Claude Code's model at each of them, as policies name it
public record EachType(
    World world, SequencedMap<String, Simulator> byKey, SequencedMap<String, String> targets)
    implements Foreign {

  static final String HOME = "anthropic";

  /// A key whose plan begins at `compatible`, and goes on at home.
  static final String PASSING = "passing";

  public static final List<String> KEYS =
      List.of(
          HOME,
          "responses",
          "chat",
          "compatible",
          "azure",
          "azure-dated",
          "gemini",
          "claude-aws",
          "nova-aws",
          "claude-gcp",
          "gemini-gcp");

  /// Two long answers, and no third request.
  private static final long CONTEXT_TOKENS_MAX = 140_000;

  private static final String REGION = "eu-central-1";
  private static final String BEDROCK_KEY = "bedrock-api-key-simulated";
  private static final String PROJECT = "our-project";
  private static final String GPT = "gpt-5.1";
  private static final long OUTPUT_TOKENS_MAX = 65_536;
  private static final Retention KEPT = Retention.STANDARD.withBodyBytesMax(64 << 20);

  private static final ModelPrice PRICE =
      ModelPrice.of(Rates.of("2", "8", "0.5", "2.5", "4"))
          .withLimits(OUTPUT_TOKENS_MAX, CONTEXT_TOKENS_MAX);

  /// @param type with the lines of the spec that follow it
  /// @param upstreamName of the model that stands in for what Claude Code asks for
  private record Place(
      String name,
      Simulator simulator,
      String type,
      Map<String, String> secret,
      String upstreamName) {

    String target() {
      return name + "/" + upstreamName.replaceAll("[@:].*", "").replace("anthropic.", "");
    }

    String manifests() {
      var key = secret.keySet().iterator().next();
      return """
      ---
      apiVersion: v1
      kind: Secret
      metadata: { name: %1$s }
      stringData: %2$s
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: %1$s }
      spec:
        %3$s
        credentials: [ { name: main, %4$s } ]
        models:
          - name: %8$s
            upstreamName: %6$s
            maxOutputTokens: %7$d
            price:
              inputUsdPerMTok: "2"
              outputUsdPerMTok: "8"
              cacheReadUsdPerMTok: "0.5"
              cacheWrite5mUsdPerMTok: "2.5"
              cacheWrite1hUsdPerMTok: "4"
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: %1$s }
      spec:
        providers: [ { name: %1$s } ]
        budgets: [ { limitUsd: "500", window: Day } ]
        aliases: [ { name: "claude-opus-5-5", to: %5$s } ]
      """
          .formatted(
              name,
              JsonMapper.shared().writeValueAsString(secret),
              type,
              key.equals("accessKeyId")
                  ? "accessKey: { name: %s }".formatted(name)
                  : "secretRef: { name: %s, key: %s }".formatted(name, key),
              target(),
              upstreamName,
              OUTPUT_TOKENS_MAX,
              target().substring(name.length() + 1));
    }
  }

  public static EachType start() {
    var gpt = OpenAiConfig.of(priced(GPT), Set.of(GPT));
    var dated = "type: AzureOpenAI\n  apiVersion: \"2024-10-21\"";
    var places =
        List.of(
            openAi("responses", "type: OpenAI", gpt),
            openAi("chat", "type: OpenAICompatible\n  preset: openai", gpt),
            openAi("compatible", "type: OpenAICompatible", compatible()),
            openAi("azure", "type: AzureOpenAI", gpt.azure()),
            openAi("azure-dated", dated, gpt.azure()),
            gemini(),
            claudeAtAws(),
            novaAtAws(),
            atGoogle("claude-gcp", "claude-opus-5-5@20260801"),
            atGoogle("gemini-gcp", "gemini-2.5-pro"));
    var opus = PriceTable.recorded().find("claude-opus-5-5").orElseThrow();
    var home = opus.withLimits(opus.outputTokensMax(), CONTEXT_TOKENS_MAX);
    var manifests = places.stream().map(Place::manifests).collect(Collectors.joining());
    var world =
        World.start(
            SimulatorConfig.of(PriceTable.of(Map.of("claude-opus-5-5", home))).withRetention(KEPT),
            Map.of(),
            World.key(HOME, "500") + manifests + PASSES);
    var byKey = new LinkedHashMap<String, Simulator>();
    byKey.put(HOME, world.simulator());
    var targets = new LinkedHashMap<String, String>();
    targets.put(HOME, HOME + "/claude-opus-5-5");
    for (var place : places) {
      byKey.put(place.name(), place.simulator());
      targets.put(place.name(), place.target());
    }
    return new EachType(world, byKey, targets);
  }

  private static final String PASSES =
      """
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: passing }
      spec:
        providers: [ { name: compatible }, { name: anthropic } ]
        budgets: [ { limitUsd: "500", window: Day } ]
        aliases: [ { name: "claude-opus-5-5", to: compatible/open-model } ]
        fallbacks: [ anthropic/claude-opus-5-5 ]
      """;

  private static PriceTable priced(String model) {
    return PriceTable.of(Map.of(model, PRICE));
  }

  private static Place openAi(String name, String type, OpenAiConfig config) {
    var simulator = OpenAiSimulator.start(config.withRetention(KEPT));
    var path = type.contains("Azure") ? "" : "/v1";
    return new Place(
        name,
        simulator,
        type + "\n  endpoint: " + simulator.uri() + path,
        Map.of("apiKey", OpenAiConfig.API_KEY),
        config.reasoners().isEmpty() ? "open-model" : GPT);
  }

  private static OpenAiConfig compatible() {
    var config = OpenAiConfig.of(priced("open-model"), Set.of());
    var quirks = config.quirks().with(Habit.MAX_TOKENS_ONLY);
    return config.withQuirks(quirks.withReasoning(ReasoningPlace.REASONING_CONTENT));
  }

  private static Place gemini() {
    var model = "gemini-3-pro-preview";
    var simulator = GeminiSimulator.start(GeminiConfig.of(priced(model)).withRetention(KEPT));
    return new Place(
        "gemini",
        simulator,
        "type: Gemini\n  endpoint: " + simulator.uri(),
        Map.of("apiKey", GeminiConfig.API_KEY),
        model);
  }

  private static Place claudeAtAws() {
    var pair = BedrockConfig.CREDENTIAL;
    var secret = new LinkedHashMap<String, String>();
    secret.put("accessKeyId", pair.accessKeyId());
    secret.put("secretAccessKey", pair.secretAccessKey());
    return atAws("claude-aws", "anthropic.claude-opus-5-5-v1:0", secret);
  }

  private static Place novaAtAws() {
    return atAws("nova-aws", "amazon.nova-2-lite-v1:0", Map.of("apiKey", BEDROCK_KEY));
  }

  private static Place atAws(String name, String model, Map<String, String> secret) {
    var simulator =
        BedrockSimulator.start(
            BedrockConfig.of(priced(model), REGION).withApiKeys(BEDROCK_KEY).withRetention(KEPT));
    var type = "type: Bedrock\n  region: %s\n  endpoint: %s".formatted(REGION, simulator.uri());
    return new Place(name, simulator, type, secret, model);
  }

  private static Place atGoogle(String name, String model) {
    var simulator =
        VertexSimulator.start(
            VertexConfig.of(priced(model), PROJECT, "europe-west4").withRetention(KEPT));
    var type =
        "type: VertexAI\n  project: %s\n  location: europe-west4\n  endpoint: %s"
            .formatted(PROJECT, simulator.uri());
    return new Place(name, simulator, type, Map.of("key", simulator.keyFile()), model);
  }

  @Override
  public List<String> keys() {
    return KEYS;
  }

  @Override
  public GatewayProcess gateway(String key) {
    return world.gateway();
  }

  @Override
  public Simulator simulator(String key) {
    return Objects.requireNonNull(byKey.get(key), key);
  }

  @Override
  public List<Simulator> simulators() {
    return List.copyOf(byKey.values());
  }

  @Override
  public void close() {
    world.close();
    simulators().forEach(Simulator::close);
  }
}
