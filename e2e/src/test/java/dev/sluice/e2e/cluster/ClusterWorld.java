package dev.sluice.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.kubernetes.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An installation with a provider, a team and a gateway.
final class ClusterWorld implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(120);
  private static final Duration LOOKED_EVERY = Duration.ofMillis(20);
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
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: payments }
      spec: { budgets: [ { limitUsd: "5000", window: Month } ] }
      """;

  final Installation installation;
  final String namespace;
  final AnthropicSimulator simulator =
      AnthropicSimulator.start(SimulatorConfig.of(PriceTable.recorded()));
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final GatewayProcess gateway;

  private ClusterWorld(Cluster cluster, Path folder) {
    this.folder = folder;
    installation = Installation.prepare(cluster);
    namespace = cluster.newNamespace("claude");
    startOperator();
    apply(
        PROVIDER
            .replace("SIMULATOR", simulator.uri().toString())
            .replace("CREDENTIAL", SimulatorConfig.API_KEY));
    gateway = installation.gateway(folder.resolve("gateway-0"));
  }

  static ClusterWorld start(Cluster cluster, Path folder) {
    return new ClusterWorld(cluster, folder);
  }

  /// A key of the team `payments`.
  static String key(String name, String limitUsd) {
    return """
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: %s }
    spec:
      team: payments
      owner: %s@example.com
      providers: [ { name: anthropic } ]
      budgets: [ { limitUsd: "%s", window: Month } ]
    ---
    """
        .formatted(name, name, limitUsd);
  }

  void startOperator() {
    installation.startOperator(namespace, List.of(namespace));
  }

  OperatorProcess oneMoreOperator() {
    return installation.operatorAt(0, namespace, List.of(namespace));
  }

  GatewayProcess oneMoreGateway(OperatorProcess asked) {
    return installation.gateway("gateway-1", asked, folder.resolve("gateway-1"));
  }

  GatewayProcess gateway() {
    return gateway;
  }

  void apply(String manifests) {
    kubectlReading(manifests, "apply", "-f", "-");
  }

  void patch(String object, String spec) {
    kubectl("patch", object, "--type=merge", "-p", "{\"spec\":" + spec + "}");
  }

  String kubectl(String... words) {
    return kubectlReading("", words);
  }

  private String kubectlReading(String input, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add("--namespace=" + namespace);
    return installation.kubectlReading(input, all.toArray(String[]::new)).orThrow().strip();
  }

  /// All keys.
  List<JsonNode> keys() {
    return list("/apis/sluice.dev/v1alpha1/namespaces/%s/virtualkeys");
  }

  List<JsonNode> secrets() {
    return list("/api/v1/namespaces/%s/secrets");
  }

  /// Not with kubectl: this is asked again and again, and a start of it takes more than an answer.
  private List<JsonNode> list(String path) {
    var all = JsonMapper.shared().readTree(installation.client.raw(path.formatted(namespace)));
    return all.get("items").valueStream().toList();
  }

  /// In its present version.
  static boolean ready(JsonNode object) {
    var status = object.path("status");
    long seen = status.path("observedGeneration").asLong(0);
    return seen == object.path("metadata").path("generation").asLong() && readyAsSeen(status);
  }

  private static boolean readyAsSeen(JsonNode status) {
    return status
        .path("conditions")
        .valueStream()
        .anyMatch(
            condition ->
                condition.path("type").asString("").equals("Ready")
                    && condition.path("status").asString("").equals("True"));
  }

  void awaitReady(int keys) {
    await("keys that are ready")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(keys()).hasSize(keys).allMatch(ClusterWorld::ready));
  }

  String token(String key) {
    var text = kubectl("get", "secret", key + "-key", "-o", "jsonpath={.data.token}");
    return decoded(text);
  }

  /// What a Secret has.
  static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  /// What the gateway answers to the question which models a key may use.
  int models(String token) {
    return models(gateway, token);
  }

  int models(GatewayProcess asked, String token) {
    var request =
        HttpRequest.newBuilder(URI.create(asked.address() + "/v1/models"))
            .header("authorization", "Bearer " + token)
            .header("anthropic-version", "2023-06-01")
            .timeout(Duration.ofSeconds(10))
            .build();
    try {
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0; // Envoy is not there.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// The status of the answer to Claude Code's first request of a session.
  int ask(String token) {
    try {
      return new RecordedClient(gateway.address(), token)
          .whole(RecordedTraffic.request("01-first-turn-p-2.1.329"))
          .statusCode();
    } catch (UncheckedIOException e) {
      return 0; // Envoy is not there.
    }
  }

  /// Waits for what is to happen, and prints when it did.
  static void timed(String what, BooleanSupplier happened) {
    long from = System.nanoTime();
    await(what)
        .atMost(SOON)
        .pollDelay(Duration.ZERO)
        .pollInterval(LOOKED_EVERY)
        .until(happened::getAsBoolean);
    System.out.printf("%s: %d ms%n", what, Duration.ofNanos(System.nanoTime() - from).toMillis());
  }

  @Override
  public void close() {
    gateway.close();
    installation.close();
    simulator.close();
  }
}
