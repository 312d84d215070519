package dev.sluice.testkit.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.Folders;
import dev.sluice.testkit.Waiting;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalKubernetesIT {

  @Test
  void objects_outlive_a_kill_of_the_api_server_and_of_its_store() {
    try (var kubernetes = LocalKubernetes.start()) {
      var admin = kubernetes.admin();
      var namespace = kubernetes.newNamespace("kept");
      var in = "--namespace=" + namespace;
      admin.kubectl("create", "configmap", "kept", in, "--from-literal=a=b").orThrow();
      var uri = kubernetes.uri();

      kubernetes.killApiServer();
      assertThat(admin.kubectl("get", "configmap", in).stderr()).contains("connection refused");
      kubernetes.restartApiServer();
      assertThat(kubernetes.uri()).isEqualTo(uri);
      assertThat(admin.kubectl("get", "configmap", "kept", in).exitCode()).isZero();

      kubernetes.killEtcd();
      assertThat(admin.kubectl("get", "configmap", in, "--request-timeout=2s").exitCode())
          .isEqualTo(1);
      kubernetes.restartEtcd();
      Waiting.until(
          "the API server finds its store again",
          () -> admin.kubectl("get", "configmap", "kept", in).exitCode() == 0);
    }
  }

  @Test
  void nothing_is_left_of_it_after_its_end() {
    var kubernetes = LocalKubernetes.start();
    var pids = List.of(kubernetes.apiServerPid(), kubernetes.etcdPid());
    var folder = kubernetes.admin().kubeconfig().getParent();
    assertThat(folder).exists();
    assertThat(pids).allMatch(LocalKubernetesIT::alive);
    kubernetes.close();
    assertThat(pids).noneMatch(LocalKubernetesIT::alive);
    assertThat(folder).doesNotExist();
  }

  @Test
  void it_ends_with_a_jvm_that_is_killed() throws Exception {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var path = System.getProperty("java.class.path");
    var jvm =
        new ProcessBuilder(java, "-cp", path, Starter.class.getName())
            .redirectError(new File("/dev/null"))
            .start();
    var said = jvm.inputReader().readLine();
    assertThat(said).isNotNull();
    var words = List.of(said.split(" "));
    var pids = words.stream().skip(1).map(Long::valueOf).toList();
    assertThat(pids).hasSize(2).allMatch(LocalKubernetesIT::alive);
    jvm.destroyForcibly();
    Waiting.until("they ended too", () -> pids.stream().noneMatch(LocalKubernetesIT::alive));
    Folders.delete(Path.of(words.getFirst()));
  }

  /// Whether it runs: a killed process may wait a moment for the one that collects it.
  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  /// A program that starts one, and never ends it.
  static final class Starter {

    private Starter() {}

    public static void main(String[] arguments) throws InterruptedException {
      var kubernetes = LocalKubernetes.start();
      System.out.println(
          kubernetes.admin().kubeconfig().getParent()
              + " "
              + kubernetes.apiServerPid()
              + " "
              + kubernetes.etcdPid());
      Thread.currentThread().join();
    }
  }
}
