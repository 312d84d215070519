package dev.sluice.e2e.failover;

import dev.sluice.e2e.World;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.bedrock.BedrockConfig;
import dev.sluice.testkit.bedrock.BedrockSimulator;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.gemini.GeminiConfig;
import dev.sluice.testkit.gemini.GeminiSimulator;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Four providers of four languages, and four keys: each begins its plan with another one, and goes
/// on with all that follow. The key `alone` has the first provider and no other.
///
/// @param providers by name
record FourLanguages(World world, SequencedMap<String, Simulator> providers)
    implements AutoCloseable {

  static final List<String> KEYS = List.of("first", "second", "third", "fourth");

  private static final String REGION = "eu-central-1";
  private static final String BEDROCK_KEY = "bedrock-api-key-simulated";

  /// The model of each provider, in the order of the first key's plan.
  private static final SequencedMap<String, String> MODELS = new LinkedHashMap<>();

  static {
    MODELS.put("claude", "claude-opus-5-5");
    MODELS.put("gpt", "gpt-5.1");
    MODELS.put("gemini", "gemini-3-pro-preview");
    MODELS.put("nova", "amazon.nova-pro-v1:0");
  }

  /// What `World.priced` tells of a model.
  private static PriceTable priced(String provider) {
    var price = OpenAiConfig.price("2", "8", "0.5");
    return PriceTable.of(Map.of(MODELS.get(provider), price));
  }

  static FourLanguages start() {
    var gpt = OpenAiSimulator.start(OpenAiConfig.of(priced("gpt"), Set.of(MODELS.get("gpt"))));
    var gemini = GeminiSimulator.start(GeminiConfig.of(priced("gemini")));
    var nova =
        BedrockSimulator.start(BedrockConfig.of(priced("nova"), REGION).withApiKeys(BEDROCK_KEY));
    var manifests =
        provider("claude", "Anthropic\n  endpoint: SIMULATOR", SimulatorConfig.API_KEY)
            + provider("gpt", "OpenAI\n  endpoint: " + gpt.uri() + "/v1", OpenAiConfig.API_KEY)
            + provider("gemini", "Gemini\n  endpoint: " + gemini.uri(), GeminiConfig.API_KEY)
            + provider(
                "nova",
                "Bedrock\n  region: %s\n  endpoint: %s".formatted(REGION, nova.uri()),
                BEDROCK_KEY);
    var keys = IntStream.range(0, KEYS.size()).mapToObj(i -> key(KEYS.get(i), i));
    var alone = World.key("alone", "50").replace("name: anthropic", "name: claude");
    var world = World.start(manifests + keys.collect(Collectors.joining()) + alone);
    var providers = new LinkedHashMap<String, Simulator>();
    providers.put("claude", world.simulator());
    providers.put("gpt", gpt);
    providers.put("gemini", gemini);
    providers.put("nova", nova);
    return new FourLanguages(world, providers);
  }

  private static String provider(String name, String type, String apiKey) {
    var failing =
        "\n  timeouts: { firstByte: 2s }\n  outlier: { consecutiveErrors: 3, ejectFor: 500ms }";
    var models = name.equals("claude") ? "" : World.priced(MODELS.get(name));
    return World.provider(name, "type: " + type + failing, apiKey, models);
  }

  /// @param first the place of its first provider
  private static String key(String name, int first) {
    var places = List.copyOf(MODELS.entrySet());
    var plan =
        IntStream.range(first, first + places.size())
            .mapToObj(i -> places.get(i % places.size()))
            .map(place -> "\"" + place.getKey() + "/" + place.getValue() + "\"")
            .toList();
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %1$s }
    spec:
      team: payments
      providers: [ { name: claude }, { name: gpt }, { name: gemini }, { name: nova } ]
      budgets: [ { limitUsd: "9000", window: Day } ]
      aliases: [ { name: work, to: %2$s }, { name: claude-opus-5-5, to: %2$s } ]
      fallbacks: %3$s
    """
        .formatted(name, plan.getFirst(), plan.subList(1, plan.size()));
  }

  List<Simulator> simulators() {
    return List.copyOf(providers.values());
  }

  @Override
  public void close() {
    world.close();
    simulators().forEach(Simulator::close);
  }
}
