package dev.sluice.e2e;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A simulated provider and a gateway in front of it, both real processes on loopback.
public final class World implements AutoCloseable {

  private final Path folder;
  private final AnthropicSimulator simulator;
  private final GatewayProcess gateway;

  private World(Path folder, AnthropicSimulator simulator, GatewayProcess gateway) {
    this.folder = folder;
    this.simulator = simulator;
    this.gateway = gateway;
  }

  /// @param manifests beside the provider `anthropic`; `SIMULATOR` stands for its address
  public static World start(String manifests, String... options) {
    return start(PriceTable.recorded(), manifests, options);
  }

  /// @param prices that the provider bills
  public static World start(PriceTable prices, String manifests, String... options) {
    return start(prices, Map.of(), manifests, options);
  }

  /// @param environment more variables of the gateway's
  public static World start(
      PriceTable prices, Map<String, String> environment, String manifests, String... options) {
    return start(SimulatorConfig.of(prices), environment, manifests, options);
  }

  /// @param provider that `anthropic` is
  public static World start(
      SimulatorConfig provider,
      Map<String, String> environment,
      String manifests,
      String... options) {
    try {
      var folder = Files.createTempDirectory("sluice-e2e-");
      var simulator = AnthropicSimulator.start(provider);
      Files.createDirectories(folder.resolve("manifests"));
      Files.writeString(
          folder.resolve("manifests/world.yaml"),
          (PROVIDER + manifests)
              .replace("SIMULATOR", simulator.uri().toString())
              .replace("CREDENTIAL", SimulatorConfig.API_KEY));
      var gateway =
          GatewayProcess.start(
              folder.resolve("manifests"), folder.resolve("state"), environment, options);
      return new World(folder, simulator, gateway);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final String PROVIDER =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: anthropic }
      stringData: { apiKey: CREDENTIAL }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: anthropic }
      spec:
        type: Anthropic
        endpoint: SIMULATOR
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
        budgets: [ { limitUsd: "100000", window: Month, calendar: { timeZone: UTC } } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: company }
      spec:
        budgets: [ { limitUsd: "50000", window: Year } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: payments }
      spec:
        parent: company
        budgets: [ { limitUsd: "10000", window: Month, calendar: { timeZone: Europe/Berlin } } ]
      """;

  /// A provider with its Secret.
  ///
  /// @param type with the lines of the spec that follow it
  /// @param models what [#priced(String)] tells, or nothing
  public static String provider(String name, String type, String apiKey, String models) {
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
      credentials: [ { name: main, secretRef: { name: %1$s, key: apiKey } } ]%4$s
    """
        .formatted(name, type, apiKey, models);
  }

  /// One model of a provider, at the prices that its simulator bills by.
  public static String priced(String model) {
    return """

      models:
        - name: %s
          maxOutputTokens: 32768
          price:
            inputUsdPerMTok: "2"
            outputUsdPerMTok: "8"
            cacheReadUsdPerMTok: "0.5"
            cacheWrite5mUsdPerMTok: "0"
            cacheWrite1hUsdPerMTok: "0"\
    """
        .formatted(model);
  }

  /// A key of team `payments` with a daily budget.
  public static String key(String name, String limitUsd) {
    return """
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %s }
    spec:
      team: payments
      owner: %s@example.com
      providers: [ { name: anthropic } ]
      budgets: [ { limitUsd: "%s", window: Day, calendar: { timeZone: UTC } } ]
    """
        .formatted(name, name, limitUsd);
  }

  public AnthropicSimulator simulator() {
    return simulator;
  }

  public GatewayProcess gateway() {
    return gateway;
  }

  public Path manifests() {
    return folder.resolve("manifests");
  }

  /// The usage records of one key.
  public List<JsonNode> usage(String key) {
    return gateway.usage().stream()
        .filter(usage -> usage.path("key").asString("").equals(key))
        .toList();
  }

  @Override
  public void close() {
    try {
      gateway.close();
    } finally {
      simulator.close();
      delete();
    }
  }

  private void delete() {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
