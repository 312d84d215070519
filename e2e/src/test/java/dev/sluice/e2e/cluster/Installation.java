package dev.sluice.e2e.cluster;

import static org.awaitility.Awaitility.await;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.testkit.RealParts;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import dev.sluice.testkit.kubernetes.Printed;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionFactory;

/// An installation in a cluster, all of it real and each part a process of its own: API server,
/// operator, Redis, and gateways with their Envoys.
final class Installation implements AutoCloseable {

  private static final Path CRDS = Path.of("..", "charts", "sluice-crds", "templates");

  /// The kinds of others, as far as samples and chart write them.
  private static final Path FOREIGN =
      Path.of("..", "operator", "src", "test", "resources", "foreign-crds.yaml");

  final Access access;
  final RedisServer redis = RedisServer.start();
  final KubernetesClient client;
  private final Map<String, String> environment = new HashMap<>();
  private OperatorProcess operator;
  private int operators;

  private Installation(Access access) {
    this.access = access;
    var config = Config.fromKubeconfig(access.kubeconfigYaml());
    this.client = new KubernetesClientBuilder().withConfig(config).build();
  }

  /// With all kinds, and no operator yet.
  static Installation prepare(Cluster cluster) {
    var access = cluster.admin();
    access.kubectl("apply", "--server-side", "-f", CRDS + "," + FOREIGN).orThrow();
    access
        .kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=30s")
        .orThrow();
    return new Installation(access);
  }

  /// What the platform says to operators that are started from now on.
  void says(Map<String, String> variables) {
    environment.putAll(variables);
  }

  /// One that comes after another is found where that one was, as a pod with a name of its own.
  ///
  /// @param namespace the operator's own
  void startOperator(String namespace, List<String> watched, String... more) {
    int port = operator == null ? 0 : operator.port();
    operator = operatorAt(port, namespace, watched, more);
  }

  /// One more; the caller closes it.
  ///
  /// @param port where Envoys ask it; 0 for any free one
  OperatorProcess operatorAt(int port, String namespace, List<String> watched, String... more) {
    var arguments =
        new ArrayList<>(
            List.of(
                "--redis",
                redis.uri(),
                "--ads",
                "127.0.0.1:" + port,
                "--admin",
                "127.0.0.1:0",
                "--watch",
                String.join(",", watched),
                "--namespace",
                namespace,
                "--id",
                "operator-" + operators++));
    arguments.addAll(List.of(more));
    return OperatorProcess.start(
        access, redis.folder().resolve("operator.log"), environment, arguments);
  }

  OperatorProcess operator() {
    return operator;
  }

  void stopOperator() {
    operator.close();
  }

  /// Returns once it is ready.
  GatewayProcess gateway(Path state, String... more) {
    return gateway("gateway-0", operator, state, more);
  }

  GatewayProcess gateway(String node, OperatorProcess asked, Path state, String... more) {
    var options =
        new ArrayList<>(
            List.of(
                "--redis",
                redis.uri(),
                "--ads",
                "127.0.0.1:" + asked.port(),
                "--node",
                node,
                "--envoy",
                RealParts.envoy().toString()));
    options.addAll(List.of(more));
    return GatewayProcess.ofOperator(state, options.toArray(String[]::new));
  }

  /// What kubectl prints.
  String kubectl(String... words) {
    return access.kubectl(words).orThrow().strip();
  }

  /// The same with something to read.
  Printed kubectlReading(String input, String... words) {
    return access.kubectlReading(input, words);
  }

  static ConditionFactory soon(String what) {
    return await(what).atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(250));
  }

  @Override
  public void close() {
    operator.close();
    client.close();
    redis.close();
  }
}
