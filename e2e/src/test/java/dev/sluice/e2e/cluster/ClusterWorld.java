package dev.sluice.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RealParts;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.anthropic.billing.PriceTable;
import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
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

/// All that runs in a cluster, each a process of its own: operator, Redis, gateway with its Envoy;
/// and a provider.
final class ClusterWorld implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(120);
  private static final Duration LOOKED_EVERY = Duration.ofMillis(20);
  private static final Path CRDS = Path.of("..", "charts", "sluice-crds", "templates");
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

  final Access access;
  final String namespace;
  final AnthropicSimulator simulator;
  final RedisServer redis = RedisServer.start();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final int adsPort = freePort();
  private int operators;
  private OperatorProcess operator;
  private final GatewayProcess gateway;

  private ClusterWorld(Cluster cluster, Path folder) {
    this.folder = folder;
    access = cluster.admin();
    access.kubectl("apply", "--server-side", "-f", CRDS.toString()).orThrow();
    access
        .kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
        .orThrow();
    namespace = cluster.newNamespace("claude");
    simulator = AnthropicSimulator.start(SimulatorConfig.of(PriceTable.recorded()));
    startOperator();
    apply(
        PROVIDER
            .replace("SIMULATOR", simulator.uri().toString())
            .replace("CREDENTIAL", SimulatorConfig.API_KEY));
    gateway = startGateway("gateway-0", adsPort);
  }

  /// One more gateway, whose Envoy asks the operator at that port.
  GatewayProcess startGateway(String name, int port) {
    return GatewayProcess.ofOperator(
        folder.resolve(name),
        "--redis",
        redis.uri(),
        "--ads",
        "127.0.0.1:" + port,
        "--node",
        name,
        "--envoy",
        RealParts.envoy().toString());
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

  /// As a new pod: with a name of its own, at the same address.
  void startOperator() {
    operator = startOperator(adsPort);
  }

  OperatorProcess startOperator(int port) {
    return OperatorProcess.start(
        access,
        folder.resolve("operator.log"),
        List.of(
            "--redis",
            redis.uri(),
            "--ads",
            "127.0.0.1:" + port,
            "--admin",
            "127.0.0.1:0",
            "--watch",
            namespace,
            "--namespace",
            namespace,
            "--id",
            "operator-" + operators++));
  }

  OperatorProcess operator() {
    return operator;
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
    return access.kubectlReading(input, all.toArray(String[]::new)).orThrow().strip();
  }

  /// All objects of a kind.
  List<JsonNode> list(String kind) {
    var all = JsonMapper.shared().readTree(kubectl("get", kind, "-o", "json"));
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
        .untilAsserted(() -> assertThat(list("vk")).hasSize(keys).allMatch(ClusterWorld::ready));
  }

  String token(String key) {
    var text = kubectl("get", "secret", key + "-key", "-o", "jsonpath={.data.token}");
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
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

  static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    gateway.close();
    operator.close();
    redis.close();
    simulator.close();
  }
}
