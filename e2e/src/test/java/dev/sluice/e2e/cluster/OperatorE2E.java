package dev.sluice.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.operator.Operator;
import dev.sluice.operator.OperatorOptions;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.RealParts;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.anthropic.billing.PriceTable;
import dev.sluice.testkit.anthropic.script.Script;
import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kubectl apply`, and the real Claude Code works: API server, operator, Redis, Envoy and gateway,
/// all real, and each object says the truth.
final class OperatorE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Path CRDS = Path.of("..", "charts", "sluice-crds", "templates");
  private static final String MANIFESTS =
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
      spec: { budgets: [ { limitUsd: "500", window: Month } ] }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec:
        team: payments
        owner: alice@example.com
        providers: [ { name: anthropic } ]
        budgets: [ { limitUsd: "50", window: Day } ]
      """;

  @TempDir static Path folder;

  private static AnthropicSimulator simulator;
  private static RedisServer redis;
  private static Access access;
  private static String namespace;
  private static KubernetesClient client;
  private static Operator operator;
  private static GatewayProcess gateway;

  @BeforeAll
  static void start() throws IOException {
    access = Cluster.shared().admin();
    access.kubectl("apply", "--server-side", "-f", CRDS.toString()).orThrow();
    access
        .kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
        .orThrow();
    namespace = Cluster.shared().newNamespace("claude");
    simulator = AnthropicSimulator.start(SimulatorConfig.of(PriceTable.recorded()));
    redis = RedisServer.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(access.kubeconfigYaml()))
            .build();
    operator = Operator.start(options(), client);
    kubectl(
        MANIFESTS
            .replace("SIMULATOR", simulator.uri().toString())
            .replace("CREDENTIAL", SimulatorConfig.API_KEY),
        "apply",
        "-f",
        "-");
    gateway =
        GatewayProcess.ofOperator(
            folder.resolve("state"),
            "--redis",
            redis.uri(),
            "--ads",
            "127.0.0.1:" + operator.port(),
            "--node",
            "gateway-0",
            "--envoy",
            RealParts.envoy().toString());
  }

  private static OperatorOptions options() {
    return OperatorOptions.parse(
        List.of(
            "--redis",
            redis.uri(),
            "--ads",
            "127.0.0.1:0",
            "--watch",
            namespace,
            "--namespace",
            namespace,
            "--id",
            "operator-0"),
        Map.of());
  }

  @AfterAll
  static void stop() {
    gateway.close();
    operator.close();
    client.close();
    redis.close();
    simulator.close();
  }

  private static String kubectl(String input, String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add("--namespace=" + namespace);
    return access.kubectlReading(input, all.toArray(String[]::new)).orThrow().strip();
  }

  private static void awaitCondition(String object, String type, String status) {
    var path = "jsonpath={.status.conditions[?(@.type==\"" + type + "\")].status}";
    await(object + " " + type)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(() -> assertThat(kubectl("", "get", object, "-o", path)).isEqualTo(status));
  }

  private static String token() {
    var text = kubectl("", "get", "secret", "alice-key", "-o", "jsonpath={.data.token}");
    return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
  }

  private static ClaudeCode.Result claude(String prompt) {
    try (var claude = ClaudeCode.at(gateway.address(), token())) {
      return claude.print(prompt, TIMEOUT);
    }
  }

  @Test
  void what_is_applied_is_ready_and_claude_code_works_until_it_is_suspended() {
    for (var object : List.of("prov/anthropic", "team/payments", "vk/alice")) {
      awaitCondition(object, "Ready", "True");
    }
    simulator.next(Script.answer().text("Hello from the cluster."));
    assertThat(claude("say hi"))
        .isEqualTo(new ClaudeCode.Result(0, "Hello from the cluster.\n", ""));
    assertThat(simulator.violations()).isEmpty();
    assertThat(kubectl("", "get", "vk")).contains("alice", "payments", "alice@example.com", "50");

    kubectl("", "patch", "vk", "alice", "--type=merge", "-p", "{\"spec\":{\"suspended\":true}}");
    awaitCondition("vk/alice", "Ready", "False");
    assertThat(claude("and now?").exitCode()).isNotZero();
    kubectl("", "patch", "vk", "alice", "--type=merge", "-p", "{\"spec\":{\"suspended\":false}}");
    awaitCondition("vk/alice", "Ready", "True");
  }
}
