package dev.sluice.e2e.foreign;

import dev.sluice.e2e.World;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.gemini.GeminiConfig;
import dev.sluice.testkit.gemini.GeminiSimulator;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A gateway with providers of all languages, and a key for each of them: the key has its
/// provider's name. The key `poor` has next to nothing to spend at Anthropic.
public record Abroad(World world, OpenAiSimulator openAi, GeminiSimulator gemini)
    implements AutoCloseable {

  private static final String GPT = "gpt-4.1";
  private static final String GEMINI = "gemini-2.5-pro";

  public static Abroad start() {
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
    var world = World.start(manifests.stream().collect(Collectors.joining()) + keys);
    return new Abroad(world, openAi, gemini);
  }

  /// @param model that stands in for what Claude Code asks for
  private static String provider(String name, String type, String apiKey, String model) {
    return """
    ---
    apiVersion: v1
    kind: Secret
    metadata: { name: %1$s }
    stringData: { apiKey: %3$s }
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: Provider
    metadata: { name: %1$s }
    spec:
      %2$s
      credentials: [ { name: main, secretRef: { name: %1$s, key: apiKey } } ]
      models:
        - name: %4$s
          maxOutputTokens: 32768
          price:
            inputUsdPerMTok: "2"
            outputUsdPerMTok: "8"
            cacheReadUsdPerMTok: "0.5"
            cacheWrite5mUsdPerMTok: "0"
            cacheWrite1hUsdPerMTok: "0"
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %1$s }
    spec:
      providers: [ { name: %1$s } ]
      budgets: [ { limitUsd: "50", window: Day } ]
      aliases: [ { name: "claude-opus-5-5", to: %1$s/%4$s } ]
    """
        .formatted(name, type, apiKey, model);
  }

  /// What the provider of a key is.
  public Simulator simulator(String key) {
    return switch (key) {
      case "anthropic", "poor" -> world.simulator();
      case "gemini" -> gemini;
      default -> openAi;
    };
  }

  public List<Simulator> simulators() {
    return List.of(world.simulator(), openAi, gemini);
  }

  /// What all providers bill.
  public BigDecimal billed() {
    return simulators().stream()
        .map(simulator -> simulator.settledBill().usd())
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  /// What is posted for all keys.
  public BigDecimal posted() {
    return Stream.of("responses", "preset", "plain", "gemini", "anthropic", "poor")
        .map(key -> world.gateway().budgets(key).get(0).path("posted").asString())
        .map(BigDecimal::new)
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  @Override
  public void close() {
    world.close();
    openAi.close();
    gemini.close();
  }
}
