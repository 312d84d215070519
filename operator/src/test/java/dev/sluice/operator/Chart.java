package dev.sluice.operator;

import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import dev.sluice.testkit.kubernetes.Printed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The chart as a release in a namespace of its own.
record Chart(Access admin, String namespace) {

  static final Path FOLDER = Path.of("..", "charts", "sluice");
  private static final Path CRDS = Path.of("..", "charts", "sluice-crds", "templates");
  private static final Path FOREIGN = Path.of("src", "test", "resources", "foreign-crds.yaml");

  /// In a namespace that takes restricted pods only, with all kinds that a chart may ask for.
  static Chart inNewNamespace() {
    var cluster = Cluster.shared();
    var admin = cluster.admin();
    admin.kubectl("apply", "--server-side", "-f", CRDS + "," + FOREIGN).orThrow();
    admin.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=20s").orThrow();
    var namespace = cluster.newNamespace("chart");
    var label = "pod-security.kubernetes.io/enforce=restricted";
    admin.kubectl("label", "namespace", namespace, label).orThrow();
    return new Chart(admin, namespace);
  }

  static Path values(String name) {
    return FOLDER.resolve("ci").resolve(name + "-values.yaml");
  }

  Printed template(String... more) {
    var all =
        new ArrayList<>(List.of("template", "sluice", FOLDER.toString(), "--namespace", namespace));
    all.addAll(List.of(more));
    return admin.helm(all.toArray(String[]::new));
  }

  /// What the API server would make of these objects, as JSON; nothing is kept. They say themselves
  /// which namespace they are of: one of the chart's is not the release's.
  Printed dryRun(String manifests) {
    return admin.kubectlReading(
        manifests,
        "apply",
        "--server-side",
        "--dry-run=server",
        "--validate=strict",
        "-o",
        "json",
        "-f",
        "-");
  }

  /// What has its namespaces in it.
  void apply(String manifests) {
    admin.kubectlReading(manifests, "apply", "-f", "-").orThrow();
  }
}
