package dev.sluice.testkit.kubernetes;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The cluster that all tests of a JVM share.
final class SharedCluster {

  private static final String PROPERTY = "sluice.cluster";

  private static @Nullable Cluster cluster;

  private SharedCluster() {}

  static synchronized Cluster get() {
    if (cluster == null) {
      cluster = start(System.getProperty(PROPERTY, "auto"));
      System.out.println("cluster: " + cluster.description());
    }
    return cluster;
  }

  private static Cluster start(String choice) {
    return switch (choice.toLowerCase(Locale.ROOT)) {
      case "k3s" -> K3s.start();
      case "apiserver" -> LocalKubernetes.start();
      case "auto" -> K3s.canRun() ? K3s.start() : LocalKubernetes.start();
      default ->
          throw new IllegalStateException(
              PROPERTY + ": " + choice + " (expected: auto, k3s or apiserver)");
    };
  }
}
