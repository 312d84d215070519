package dev.sluice.e2e.foreign;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.e2e.World;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.gemini.GeminiConfig;
import dev.sluice.testkit.gemini.GeminiSimulator;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A gateway with providers of all languages, and a key for each of them: the key has its
/// provider's name. The key `poor` has next to nothing to spend at Anthropic.
public record Abroad(World world, OpenAiSimulator openAi, GeminiSimulator gemini)
    implements Foreign {

  /// Of those that speak another language than Anthropic's.
  static final List<String> KEYS = List.of("responses", "preset", "plain", "gemini");

  private static final String GPT = "gpt-4.1";
  private static final String GEMINI = "gemini-2.5-pro";

  /// @param more manifests
  static Abroad start(String more) {
    var openAi = OpenAiSimulator.start(OpenAiConfig.standard());
    var price = OpenAiConfig.price("2", "8", "0.5").withLimits(65_536, 1_048_576);
    var prices = PriceTable.of(new LinkedHashMap<>(Map.of(GEMINI, price)));
    var gemini = GeminiSimulator.start(GeminiConfig.of(prices));
    var address = "\n  endpoint: " + openAi.uri() + "/v1";
    var compatible = "type: OpenAICompatible";
    var key = OpenAiConfig.API_KEY;
    var manifests =
        List.of(
            provider("responses", "type: OpenAI" + address, key, GPT),
            provider("preset", compatible + "\n  preset: openai" + address, key, GPT),
            provider("plain", compatible + address, key, GPT),
            provider(
                "gemini",
                "type: Gemini\n  endpoint: " + gemini.uri(),
                GeminiConfig.API_KEY,
                GEMINI));
    var keys = World.key("anthropic", "50") + World.key("poor", "0.000001");
    var world = World.start(manifests.stream().collect(Collectors.joining()) + keys + more);
    return new Abroad(world, openAi, gemini);
  }

  /// @param model that stands in for what Claude Code asks for
  private static String provider(String name, String type, String apiKey, String model) {
    return World.provider(name, type, apiKey, World.priced(model))
        + """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %1$s }
    spec:
      providers: [ { name: %1$s } ]
      budgets: [ { limitUsd: "50", window: Day } ]
      aliases: [ { name: "claude-opus-5-5", to: %1$s/%2$s } ]
    """
            .formatted(name, model);
  }

  @Override
  public List<String> keys() {
    return Stream.concat(KEYS.stream(), Stream.of("anthropic", "poor")).toList();
  }

  @Override
  public GatewayProcess gateway(String key) {
    return world.gateway();
  }

  @Override
  public Simulator simulator(String key) {
    return switch (key) {
      case "anthropic", "poor" -> world.simulator();
      case "gemini" -> gemini;
      default -> openAi;
    };
  }

  @Override
  public List<Simulator> simulators() {
    return List.of(world.simulator(), openAi, gemini);
  }

  @Override
  public void close() {
    world.close();
    openAi.close();
    gemini.close();
  }
}
