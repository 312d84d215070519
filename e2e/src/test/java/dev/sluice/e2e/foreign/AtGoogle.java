package dev.sluice.e2e.foreign;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.e2e.World;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.gemini.GeminiConfig;
import dev.sluice.testkit.gemini.GeminiSimulator;
import dev.sluice.testkit.provider.Simulator;
import dev.sluice.testkit.vertex.VertexConfig;
import dev.sluice.testkit.vertex.VertexSimulator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/// A gateway before both services that have Gemini, whose searches have a price, and a key for each
/// generation and each service. The key `poor` has a dollar to spend at the newer one.
record AtGoogle(World world, GeminiSimulator gemini, VertexSimulator vertex) implements Foreign {

  /// Of those that can pay.
  static final List<String> KEYS = List.of("older", "newer", "cloud");

  private static final String OLDER = "gemini-2.5-pro";
  private static final String NEWER = "gemini-3-pro-preview";
  private static final String PROJECT = "our-project";
  private static final String LOCATION = "europe-west4";
  private static final ModelPrice PRICE =
      ModelPrice.of(Rates.of("2", "8", "0.5", "0", "0")).withLimits(65_536, 1_048_576);

  static AtGoogle start() {
    var prices = PriceTable.of(Map.of(OLDER, PRICE, NEWER, PRICE));
    var gemini = GeminiSimulator.start(GeminiConfig.of(prices));
    var vertex = VertexSimulator.start(VertexConfig.of(prices, PROJECT, LOCATION));
    var api = "type: Gemini\n  endpoint: " + gemini.uri();
    var cloud =
        "type: VertexAI\n  project: %s\n  location: %s\n  endpoint: %s"
            .formatted(PROJECT, LOCATION, vertex.uri());
    var manifests =
        secret("api", GeminiConfig.API_KEY)
            + secret("gcp", vertex.keyFile())
            + provider("gemini", api, "api", List.of(OLDER, NEWER))
            + provider("vertex", cloud, "gcp", List.of(NEWER))
            + key("older", "gemini/" + OLDER, "50")
            + key("newer", "gemini/" + NEWER, "50")
            + key("cloud", "vertex/" + NEWER, "50")
            + key("poor", "gemini/" + NEWER, "1");
    return new AtGoogle(World.start(manifests), gemini, vertex);
  }

  private static String secret(String name, String value) {
    return """
    ---
    apiVersion: v1
    kind: Secret
    metadata: { name: %s }
    stringData: { key: %s }
    """
        .formatted(name, JsonMapper.shared().writeValueAsString(value));
  }

  private static String provider(String name, String type, String secret, List<String> models) {
    var manifest =
        new StringBuilder(
            """
            ---
            apiVersion: sluice.dev/v1alpha1
            kind: Provider
            metadata: { name: %s }
            spec:
              %s
              credentials: [ { name: main, secretRef: { name: %s, key: key } } ]
              models:
            """
                .formatted(name, type, secret));
    for (var model : models) {
      manifest.append(
          """
              - name: %s
                maxOutputTokens: 65536
                price:
                  inputUsdPerMTok: "2"
                  outputUsdPerMTok: "8"
                  cacheReadUsdPerMTok: "0.5"
                  cacheWrite5mUsdPerMTok: "0"
                  cacheWrite1hUsdPerMTok: "0"
                  webSearchUsdPerUse: "0.01"
          """
              .formatted(model));
    }
    return manifest.toString();
  }

  private static String key(String name, String model, String limitUsd) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %s }
    spec:
      providers: [ { name: %s } ]
      budgets: [ { limitUsd: "%s", window: Day } ]
      aliases: [ { name: "claude-opus-5-5", to: %s } ]
    """
        .formatted(name, model.substring(0, model.indexOf('/')), limitUsd, model);
  }

  @Override
  public List<String> keys() {
    return List.of("older", "newer", "cloud", "poor");
  }

  @Override
  public GatewayProcess gateway(String key) {
    return world.gateway();
  }

  @Override
  public Simulator simulator(String key) {
    return key.equals("cloud") ? vertex : gemini;
  }

  @Override
  public List<Simulator> simulators() {
    return List.of(gemini, vertex);
  }

  @Override
  public void close() {
    world.close();
    gemini.close();
    vertex.close();
  }
}
