package dev.sluice.standalone.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What needs no build; the build itself is what the tests of every cluster stand on.
class KubernetesTest {

  @TempDir Path cache;

  @Test
  void takes_the_program_that_was_named() throws Exception {
    var named = Path.of("/some/program");
    assertThat(new Kubernetes(Map.of("SLUICE_KUBERNETES", named.toString())).program())
        .isEqualTo(named);
  }

  @Test
  void takes_what_the_cache_holds_without_building() throws Exception {
    var part = Files.createDirectory(cache.resolve(Kubernetes.name(Kubernetes.version())));
    assertThat(part.getFileName().toString()).matches("kubernetes-1\\.\\d+\\.\\d+-[0-9a-f]{12}");
    var program = Files.createFile(part.resolve("sluice-kubernetes"));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    assertThat(new Kubernetes(Map.of("SLUICE_CACHE", cache.toString())).program())
        .isEqualTo(program);
  }
}
