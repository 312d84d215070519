package dev.sluice.compiler;

import dev.sluice.testkit.kubernetes.Access;
import dev.sluice.testkit.kubernetes.Cluster;
import java.nio.file.Path;

/// The delivered definitions, in the cluster that the tests of this JVM share.
final class Definitions {

  static final Path CHART = Path.of("..", "charts", "sluice-crds");
  static final Path TEMPLATES = CHART.resolve("templates");

  private Definitions() {}

  /// Installs them, where they are not there yet, and gives the way in.
  static Access install() {
    var admin = Cluster.shared().admin();
    admin.kubectl("apply", "--server-side", "-f", TEMPLATES.toString()).orThrow();
    admin.kubectl("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s").orThrow();
    return admin;
  }
}
