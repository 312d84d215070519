package dev.sluice.testkit.kubernetes;

import dev.sluice.testkit.Folders;
import java.nio.file.Path;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/// A whole small Kubernetes in a container: with controllers, a scheduler and one node.
final class K3s implements Cluster {

  private static final String IMAGE =
      System.getProperty("sluice.k3s.image", "rancher/k3s:v1.34.1-k3s1");

  private final K3sContainer container;
  private final Path folder;
  private final Access admin;

  private K3s(K3sContainer container, Path folder) {
    this.container = container;
    this.folder = folder;
    this.admin = Access.of("admin", container.getKubeConfigYaml(), folder);
  }

  /// Whether a Docker engine answers.
  static boolean canRun() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  static K3s start() {
    var container = new K3sContainer(DockerImageName.parse(IMAGE));
    container.start();
    return new K3s(container, Folders.temporary("sluice-k3s-"));
  }

  @Override
  public String description() {
    return IMAGE + " in a container";
  }

  @Override
  public Access admin() {
    return admin;
  }

  @Override
  public void close() {
    container.stop();
    Folders.delete(folder);
  }
}
