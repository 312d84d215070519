package dev.sluice.operator;

import dev.sluice.feed.PolicyWatch;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An operator with a real API server and a real Redis, in a namespace of its own.
final class Running implements AutoCloseable {

  static final Path CRDS = Path.of("..", "charts", "sluice-crds", "templates");

  final Access access;
  final String namespace;
  final RedisServer redis = RedisServer.start();
  private final KubernetesClient client;
  private Operator operator;

  private Running(Access access, String namespace, KubernetesClient client) {
    this.access = access;
    this.namespace = namespace;
    this.client = client;
  }

  static Running start() throws IOException {
    return start(Cluster.shared());
  }

  static Running start(Cluster cluster) throws IOException {
    var access = cluster.admin();
    access.kubectl("apply", "--server-side", "-f", CRDS.toString()).orThrow();
    access
        .kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=20s")
        .orThrow();
    var client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(access.kubeconfigYaml()))
            .build();
    var running = new Running(access, cluster.newNamespace("operator"), client);
    running.startOperator("operator-0");
    return running;
  }

  RedisConfig redisConfig() {
    return RedisConfig.of(redis.uri());
  }

  /// @param others watched beside the own namespace
  void startOperator(String id, String... others) throws IOException {
    var watched = Stream.concat(Stream.of(namespace), Stream.of(others));
    var arguments =
        List.of(
            "--redis",
            redis.uri(),
            "--ads",
            "127.0.0.1:0",
            "--admin",
            "127.0.0.1:0",
            "--watch",
            watched.collect(Collectors.joining(",")),
            "--namespace",
            namespace,
            "--id",
            id);
    operator = Operator.start(OperatorOptions.parse(arguments, Map.of()), client);
  }

  /// What the operator tells probes and Prometheus.
  String page(String path) {
    var uri = URI.create("http://127.0.0.1:" + operator.adminPort() + path);
    try (var page = uri.toURL().openStream()) {
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stopOperator() {
    operator.close();
  }

  /// What a gateway has of the policy.
  PolicyWatch gateway(String id, Path folder, PolicyWatch.Gateway gateway) {
    return PolicyWatch.start(redisConfig(), id, folder, gateway);
  }

  void apply(String manifests) {
    access.kubectlReading(manifests, "apply", "--namespace=" + namespace, "-f", "-").orThrow();
  }

  String kubectl(String... words) {
    var all = new java.util.ArrayList<>(List.of(words));
    all.add("--namespace=" + namespace);
    return access.kubectl(all.toArray(String[]::new)).orThrow().strip();
  }

  String condition(String object, String type, String field) {
    return kubectl(
        "get",
        object,
        "-o",
        "jsonpath={.status.conditions[?(@.type==\"" + type + "\")]." + field + "}");
  }

  @Override
  public void close() {
    operator.close();
    client.close();
    redis.close();
  }
}
