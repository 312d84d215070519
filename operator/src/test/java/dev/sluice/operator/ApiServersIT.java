package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.ApiServer;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.feed.PolicyWatch;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where the API server listens comes to the gateways with the policy, from a real one. One that
/// runs on loopback tells of no address of its own, so the tests say which it has.
class ApiServersIT {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final AtomicReference<Snapshot> served = new AtomicReference<>();
  private final Access admin = Cluster.shared().admin();

  private static String slice(String name, String more) {
    return """
    apiVersion: discovery.k8s.io/v1
    kind: EndpointSlice
    metadata:
      name: %s
      namespace: default
      labels: { kubernetes.io/service-name: kubernetes }
    %s
    """
        .formatted(name, more);
  }

  private static String slice(String name, String address, int port) {
    return slice(
        name,
        """
        addressType: IPv4
        ports: [ { name: https, port: %d } ]
        endpoints: [ { addresses: [ "%s" ] } ]
        """
            .formatted(port, address));
  }

  private void apply(String manifests) {
    admin.kubectlReading(manifests, "apply", "-f", "-").orThrow();
  }

  private void delete(String slice) {
    admin.kubectl("delete", "endpointslice", slice, "--namespace=default").orThrow();
  }

  private static ApiServer at(String address, int port) {
    return ApiServer.of(address, port).orElseThrow();
  }

  private void awaitServed(Set<ApiServer> there, Set<ApiServer> gone) {
    await()
        .atMost(SOON)
        .until(
            () -> {
              var policy = served.get();
              return policy != null
                  && policy.apiServers().containsAll(there)
                  && Collections.disjoint(policy.apiServers(), gone);
            });
  }

  @Test
  void the_policy_has_the_addresses_of_the_api_server_and_follows_them(@TempDir Path folder)
      throws Exception {
    var first = at("192.0.2.10", 6443);
    var second = at("192.0.2.11", 8443);
    try (var running = Running.start();
        var _ = running.gateway("gw-0", folder, policy -> served.set(policy.snapshot()))) {
      var slice = running.namespace;
      apply(slice(slice, "192.0.2.10", 6443));
      awaitServed(Set.of(first), Set.of(second));
      var before = served.get().version();
      apply(slice(slice, "192.0.2.11", 8443));
      awaitServed(Set.of(second), Set.of(first));
      assertThat(served.get().version()).isNotEqualTo(before);

      running.stopOperator();
      running.startOperator("operator-1");
      delete(slice);
      awaitServed(Set.of(), Set.of(first, second));
    }
  }

  @Test
  void a_slice_without_ports_is_of_whole_addresses_and_one_of_names_of_none(@TempDir Path folder)
      throws Exception {
    try (var running = Running.start();
        var _ = running.gateway("gw-0", folder, policy -> served.set(policy.snapshot()))) {
      var slice = running.namespace;
      var names = "addressType: FQDN\nendpoints: [ { addresses: [ api.example.com ] } ]";
      apply(slice(slice + "-names", names));
      apply(slice(slice, "addressType: IPv6\nendpoints: [ { addresses: [ '2001:db8::10' ] } ]"));
      var whole = at("2001:db8::10", ApiServer.ANY_PORT);
      awaitServed(Set.of(whole), Set.of());
      delete(slice + "-names");
      delete(slice);
      awaitServed(Set.of(), Set.of(whole));
    }
  }

  @Test
  void without_the_right_to_see_them_the_operator_works_and_looks_again(@TempDir Path folder)
      throws Exception {
    var chart = Chart.inNewNamespace();
    var account = Cluster.shared().serviceAccount(chart.namespace(), "sluice-operator");
    var rbac = new String[] {"--show-only", "templates/rbac.yaml", "--set"};
    chart.apply(chart.template(with(rbac, "operator.seesApiServer=false")).orThrow());
    apply(slice(chart.namespace(), "192.0.2.12", 6443));
    var config = Config.fromKubeconfig(account.kubeconfigYaml());
    try (var redis = RedisServer.start();
        var client = new KubernetesClientBuilder().withConfig(config).build();
        var _ = Operator.start(options(redis, chart.namespace()), client);
        var _ =
            PolicyWatch.start(
                RedisConfig.of(redis.uri()),
                "gw-0",
                folder,
                policy -> served.set(policy.snapshot()))) {
      await().atMost(SOON).until(() -> served.get() != null);
      assertThat(served.get().apiServers()).isEmpty();
      chart.apply(chart.template(with(rbac, "operator.seesApiServer=true")).orThrow());
      awaitServed(Set.of(at("192.0.2.12", 6443)), Set.of());
    } finally {
      delete(chart.namespace());
    }
  }

  private static String[] with(String[] words, String more) {
    var all = Arrays.copyOf(words, words.length + 1);
    all[words.length] = more;
    return all;
  }

  private static OperatorOptions options(RedisServer redis, String namespace) {
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
            namespace),
        Map.of());
  }
}
