package dev.sluice.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The cluster of the tests, on whichever kind this machine can run.
class ClusterIT {

  private static final String CONFIG_MAP =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: greeting
      data:
        word: hello
      """;

  private final Cluster cluster = Cluster.shared();

  @Test
  void kubectl_applies_and_reads_an_object() {
    var namespace = cluster.newNamespace("apply");
    assertThat(apply(cluster.admin(), namespace, CONFIG_MAP).orThrow())
        .isEqualTo("configmap/greeting created\n");
    assertThat(apply(cluster.admin(), namespace, CONFIG_MAP).orThrow())
        .isEqualTo("configmap/greeting unchanged\n");
    assertThat(word(cluster.admin(), namespace).orThrow()).isEqualTo("hello");
  }

  @Test
  void a_service_account_may_do_what_a_role_allows_and_only_where_it_is_bound() {
    var namespace = cluster.newNamespace("rights");
    var other = cluster.newNamespace("rights");
    var user = cluster.serviceAccount(namespace, "reader");
    assertThat(apply(cluster.admin(), namespace, CONFIG_MAP).exitCode()).isZero();
    assertThat(word(user, namespace).exitCode()).isEqualTo(1);
    assertThat(word(user, namespace).stderr())
        .contains("(Forbidden)", "User \"" + user.user() + "\" cannot get resource");
    var admin = cluster.admin();
    var in = "--namespace=" + namespace;
    admin.kubectl("create", "role", "r", in, "--verb=get", "--resource=configmaps").orThrow();
    var subject = "--serviceaccount=" + namespace + ":reader";
    admin.kubectl("create", "rolebinding", "b", in, "--role=r", subject).orThrow();
    assertThat(word(user, namespace).orThrow()).isEqualTo("hello");
    assertThat(word(user, other).stderr()).contains("(Forbidden)");
    assertThat(apply(user, namespace, CONFIG_MAP.replace("hello", "bye")).stderr())
        .contains("(Forbidden)", "cannot patch resource");
  }

  @Test
  void a_rule_in_cel_is_checked_by_the_server() {
    var crd =
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: pairs.test.sluice.dev
        spec:
          group: test.sluice.dev
          scope: Namespaced
          names: {plural: pairs, singular: pair, kind: Pair}
          versions:
            - name: v1
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec:
                      type: object
                      x-kubernetes-validations:
                        - rule: self.low <= self.high
                          message: low is above high
                      properties:
                        low: {type: integer}
                        high: {type: integer, default: 7}
        """;
    var admin = cluster.admin();
    admin.kubectlReading(crd, "apply", "-f", "-").orThrow();
    admin.kubectl("wait", "crd/pairs.test.sluice.dev", "--for=condition=Established").orThrow();
    var namespace = cluster.newNamespace("cel");
    assertThat(apply(admin, namespace, pair(5)).orThrow())
        .isEqualTo("pair.test.sluice.dev/p created\n");
    assertThat(apply(admin, namespace, pair(8)).stderr())
        .contains("spec: Invalid value", "low is above high");
  }

  private static String pair(int low) {
    return """
    apiVersion: test.sluice.dev/v1
    kind: Pair
    metadata: {name: p}
    spec: {low: %d}
    """
        .formatted(low);
  }

  @Test
  void helm_installs_a_chart(@TempDir Path chart) throws Exception {
    Files.writeString(chart.resolve("Chart.yaml"), "apiVersion: v2\nname: c\nversion: 1.0.0\n");
    var templates = Files.createDirectory(chart.resolve("templates"));
    Files.writeString(templates.resolve("map.yaml"), CONFIG_MAP);
    var namespace = cluster.newNamespace("helm");
    var in = "--namespace=" + namespace;
    assertThat(cluster.admin().helm("install", "rel", chart.toString(), in).orThrow())
        .contains("STATUS: deployed");
    assertThat(word(cluster.admin(), namespace).orThrow()).isEqualTo("hello");
  }

  @Test
  void a_failure_says_what_the_program_complained_of() {
    var result = cluster.admin().kubectl("get", "nothing-of-the-kind");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThatThrownBy(result::orThrow)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the server doesn't have a resource type");
  }

  private static Printed apply(Access user, String namespace, String manifest) {
    return user.kubectlReading(manifest, "apply", "--namespace=" + namespace, "-f", "-");
  }

  private static Printed word(Access user, String namespace) {
    var in = "--namespace=" + namespace;
    return user.kubectl("get", "configmap", "greeting", in, "-o", "jsonpath={.data.word}");
  }
}
