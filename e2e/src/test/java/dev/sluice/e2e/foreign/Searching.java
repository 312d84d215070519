package dev.sluice.e2e.foreign;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.e2e.World;
import dev.sluice.testkit.openai.OpenAiSimulator;
import dev.sluice.testkit.openai.config.OpenAiConfig;
import dev.sluice.testkit.provider.Simulator;
import java.util.List;

/// A gateway with providers that search the web, and a key for each of them. The models of `chat`
/// and `unpriced` cannot be used for it: the one by its language, the other for want of a price.
/// The key `moves` has a provider of each language, and asks for the model that it names.
record Searching(World world, OpenAiSimulator openAi) implements Foreign {

  private static final String GPT = "gpt-4.1";
  private static final String SEARCH_PRICE = "\n        webSearchUsdPerUse: \"0.01\"";
  private static final List<String> ABROAD = List.of("responses", "chat", "unpriced");

  static Searching start() {
    var openAi = OpenAiSimulator.start(OpenAiConfig.standard());
    var address = "\n  endpoint: " + openAi.uri() + "/v1";
    var compatible = "type: OpenAICompatible\n  preset: openai" + address;
    var manifests =
        provider("responses", "type: OpenAI" + address, SEARCH_PRICE)
            + provider("chat", compatible, SEARCH_PRICE)
            + provider("unpriced", "type: OpenAI" + address, "");
    var keys =
        World.key("anthropic", "50")
            + key("moves", "{ name: anthropic }, { name: responses }", "50")
            + key("modest", "{ name: responses }", "0.50")
            + key("poor", "{ name: responses }", "0.09");
    return new Searching(World.start(manifests + keys), openAi);
  }

  private static String provider(String name, String type, String searchPrice) {
    var models = World.priced(GPT) + searchPrice;
    return World.provider(name, type, OpenAiConfig.API_KEY, models)
        + key(name, "{ name: " + name + " }", "50")
        + "  aliases: [ { name: \"claude-opus-5-5\", to: %s/%s } ]\n".formatted(name, GPT);
  }

  private static String key(String name, String providers, String limitUsd) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %s }
    spec:
      providers: [ %s ]
      budgets: [ { limitUsd: "%s", window: Day } ]
    """
        .formatted(name, providers, limitUsd);
  }

  @Override
  public List<String> keys() {
    return List.of("responses", "chat", "unpriced", "anthropic", "moves", "modest", "poor");
  }

  @Override
  public GatewayProcess gateway(String key) {
    return world.gateway();
  }

  @Override
  public Simulator simulator(String key) {
    return ABROAD.contains(key) ? openAi : world.simulator();
  }

  @Override
  public List<Simulator> simulators() {
    return List.of(world.simulator(), openAi);
  }

  @Override
  public void close() {
    world.close();
    openAi.close();
  }
}
