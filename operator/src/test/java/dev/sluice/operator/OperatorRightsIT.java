package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The operator's rights, as an account has them that the chart's own roles are bound to: enough
/// for the operator, and nothing more.
class OperatorRightsIT {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final List<String> WATCHED_RIGHTS =
      List.of(
          "events [create]",
          "mcpservers.sluice.dev [get list watch]",
          "mcpservers.sluice.dev/status [patch]",
          "providers.sluice.dev [get list watch]",
          "providers.sluice.dev/status [patch]",
          "secrets [get list watch create update]",
          "teams.sluice.dev [get list watch]",
          "teams.sluice.dev/status [patch]",
          "virtualkeys.sluice.dev [get list watch]",
          "virtualkeys.sluice.dev/status [patch]");
  private static final List<String> OWN_RIGHTS =
      List.of(
          "leases.coordination.k8s.io [create]",
          "leases.coordination.k8s.io [sluice-operator-sluice] [get update patch]");
  private static final List<String> AUTHORITY_RIGHTS =
      List.of(
          "secrets [create]",
          "secrets [sluice-ads-authority] [get update patch]",
          "secrets [sluice-ads-gateway] [get update patch]",
          "secrets [sluice-ads-operator] [get update patch]");

  private static final List<String> API_SERVER_RIGHTS =
      List.of("endpointslices.discovery.k8s.io [list watch]");

  private static final List<String> LISTENER_RIGHTS =
      List.of("events [create]", "secrets [shown] [get list watch]");

  private static final String WORLD =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: anthropic }
      stringData: { apiKey: credential-1 }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: anthropic }
      spec:
        type: Anthropic
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
      spec: { team: payments, owner: alice@example.com, providers: [ { name: anthropic } ] }
      """;

  private final Cluster cluster = Cluster.shared();
  private final Chart chart = Chart.inNewNamespace();
  private final Access nobody = cluster.serviceAccount(chart.namespace(), "nobody");

  /// Binds what the chart renders; the account is there before, with its token.
  private Access operator(String... values) {
    var operator = cluster.serviceAccount(chart.namespace(), "sluice-operator");
    chart.apply(chart.template(with(values, "--show-only", "templates/rbac.yaml")).orThrow());
    return operator;
  }

  private static String[] with(String[] values, String... more) {
    return Stream.concat(Stream.of(values), Stream.of(more)).toArray(String[]::new);
  }

  /// All that an account may do in a namespace, but for what every account may.
  private List<String> rights(Access account, String namespace) {
    var everyone = listed(nobody, namespace);
    return listed(account, namespace).stream().filter(right -> !everyone.contains(right)).toList();
  }

  private static List<String> listed(Access account, String namespace) {
    return account
        .kubectl("auth", "can-i", "--list", "--no-headers", "--namespace=" + namespace)
        .orThrow()
        .lines()
        .filter(line -> !line.startsWith(" "))
        .map(line -> line.replaceAll("\\s+", " ").replace(" []", "").strip())
        .sorted()
        .toList();
  }

  private static List<String> sorted(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).sorted().toList();
  }

  private static boolean may(Access account, String... words) {
    var answer = account.kubectl(with(new String[] {"auth", "can-i"}, words));
    return answer.stdout().strip().equals("yes");
  }

  @Test
  void a_role_in_each_watched_namespace_and_nothing_elsewhere() {
    var first = cluster.newNamespace("team-a");
    var second = cluster.newNamespace("team-b");
    var other = cluster.newNamespace("other");
    var operator = operator("--set", "watch.namespaces={" + first + "," + second + "}");
    assertThat(rights(operator, first)).isEqualTo(WATCHED_RIGHTS);
    assertThat(rights(operator, second)).isEqualTo(WATCHED_RIGHTS);
    assertThat(rights(operator, chart.namespace())).isEqualTo(sorted(OWN_RIGHTS, AUTHORITY_RIGHTS));
    assertThat(rights(operator, other)).isEmpty();
    assertThat(rights(operator, "default")).isEqualTo(API_SERVER_RIGHTS);

    assertThat(may(operator, "list", "secrets", "-n", first)).isTrue();
    assertThat(may(operator, "delete", "secrets", "-n", first)).isFalse();
    assertThat(may(operator, "list", "secrets", "-n", other)).isFalse();
    assertThat(may(operator, "list", "secrets", "-n", chart.namespace())).isFalse();
    assertThat(may(operator, "get", "secret/sluice-ads-gateway", "-n", chart.namespace())).isTrue();
    assertThat(may(operator, "get", "secret/another", "-n", chart.namespace())).isFalse();
    assertThat(may(operator, "list", "virtualkeys.sluice.dev", "-A")).isFalse();
    assertThat(may(operator, "update", "virtualkeys.sluice.dev", "-n", first)).isFalse();
  }

  @Test
  void a_cluster_role_for_all_namespaces() {
    var other = cluster.newNamespace("other");
    var operator = operator("--set", "watch.all=true,ads.tls.mode=certManager");
    assertThat(rights(operator, other)).isEqualTo(WATCHED_RIGHTS);
    assertThat(rights(operator, chart.namespace())).isEqualTo(sorted(WATCHED_RIGHTS, OWN_RIGHTS));
    assertThat(may(operator, "list", "virtualkeys.sluice.dev", "-A")).isTrue();
    assertThat(may(operator, "delete", "virtualkeys.sluice.dev", "-A")).isFalse();
    assertThat(may(operator, "list", "pods", "-A")).isFalse();
    assertThat(may(operator, "list", "endpointslices", "-A")).isFalse();
    assertThat(may(operator, "list", "endpointslices", "-n", "default")).isTrue();
    chart.admin().kubectl("delete", "clusterrolebinding", clusterWide()).orThrow();
    assertThat(rights(operator, other)).isEmpty();
  }

  private String clusterWide() {
    return "sluice-operator-" + chart.namespace();
  }

  @Test
  void of_what_clients_see_it_reads_that_one_secret() {
    var namespace = cluster.newNamespace("team");
    var operator =
        operator(
            "--set",
            "watch.namespaces={%s},ads.tls.mode=certManager,gateway.tls.secretName=shown"
                .formatted(namespace));
    assertThat(rights(operator, chart.namespace())).isEqualTo(sorted(LISTENER_RIGHTS, OWN_RIGHTS));
    var secrets = new String[] {"get", "secrets", "-n", chart.namespace(), "-o", "name"};
    assertThat(operator.kubectl(with(secrets, "--field-selector=metadata.name=shown")).exitCode())
        .isZero();
    assertThat(operator.kubectl(secrets).stderr()).contains("forbidden");
  }

  @Test
  void the_gateway_has_no_rights() {
    var gateway = cluster.serviceAccount(chart.namespace(), "sluice-gateway");
    var rendered = chart.template("--show-only", "templates/rbac.yaml").orThrow();
    chart.apply(rendered);
    assertThat(rights(gateway, chart.namespace())).isEmpty();
  }

  @Test
  void the_operator_works_with_them() throws Exception {
    var namespace = cluster.newNamespace("team");
    var account = operator("--set", "watch.namespaces={" + namespace + "}");
    var config = Config.fromKubeconfig(account.kubeconfigYaml());
    try (var redis = RedisServer.start();
        var client = new KubernetesClientBuilder().withConfig(config).build();
        var _ = Operator.start(options(redis, namespace), client)) {
      cluster.admin().kubectlReading(WORLD, "apply", "-n", namespace, "-f", "-").orThrow();
      await()
          .atMost(SOON)
          .untilAsserted(() -> assertThat(accepted(namespace)).isEqualTo("True True True"));
      assertThat(get(namespace, "secret", "alice-key", "{.data.token}")).isNotEmpty();
      var rotate = "sluice.dev/rotate=now";
      cluster.admin().kubectl("annotate", "-n", namespace, "vk/alice", rotate).orThrow();
      await()
          .atMost(SOON)
          .until(() -> !get(namespace, "secret", "alice-key", "{.data.previous}").isEmpty());
      var lease = "lease/sluice-operator-sluice";
      var holder = get(chart.namespace(), lease, "", "{.spec.holderIdentity}");
      assertThat(holder).isEqualTo("operator-0");
      await()
          .atMost(SOON)
          .until(() -> !get(namespace, "events", "", "{.items[*].reason}").isEmpty());
    }
  }

  private OperatorOptions options(RedisServer redis, String namespace) {
    return OperatorOptions.parse(
        List.of(
            "--redis",
            redis.uri(),
            "--admin",
            "127.0.0.1:0",
            "--ads",
            "127.0.0.1:0",
            "--watch",
            namespace,
            "--namespace",
            chart.namespace(),
            "--id",
            "operator-0"),
        Map.of());
  }

  private String accepted(String namespace) {
    var path = "{.status.conditions[?(@.type==\"Accepted\")].status}";
    return Stream.of("provider/anthropic", "team/payments", "vk/alice")
        .map(object -> get(namespace, object, "", path))
        .collect(Collectors.joining(" "));
  }

  private String get(String namespace, String kind, String name, String path) {
    var words = Stream.of("get", "-n", namespace, kind, name, "-o", "jsonpath=" + path);
    var answer =
        cluster.admin().kubectl(words.filter(word -> !word.isEmpty()).toArray(String[]::new));
    return answer.orThrow().strip();
  }
}
