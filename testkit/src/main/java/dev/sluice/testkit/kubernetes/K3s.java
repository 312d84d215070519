package dev.sluice.testkit.kubernetes;

import dev.sluice.testkit.Folders;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/// A whole small Kubernetes in a container: with controllers, a scheduler and one node.
final class K3s implements Cluster {

  private static final String IMAGE =
      System.getProperty("sluice.k3s.image", "rancher/k3s:v1.34.1-k3s1");

  private final Access admin;

  private K3s(Access admin) {
    this.admin = admin;
  }

  /// Whether a Docker engine answers.
  static boolean canRun() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  /// Starts one that ends with this JVM: Testcontainers sees to that, however the JVM ends.
  @SuppressWarnings("resource")
  static K3s start() {
    var container = new K3sContainer(DockerImageName.parse(IMAGE));
    container.start();
    var folder = Folders.temporary("sluice-k3s-");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Folders.delete(folder), "k3s-end"));
    return new K3s(Access.of("admin", container.getKubeConfigYaml(), folder));
  }

  @Override
  public String description() {
    return IMAGE + " in a container";
  }

  @Override
  public Access admin() {
    return admin;
  }
}
