package dev.sluice.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.compiler.manifest.ManifestFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The examples of `docs/reference/manifests.md` are right.
class ReferenceTest {

  private static final Path REFERENCE = Path.of("..", "docs", "reference", "manifests.md");

  @Test
  void the_examples_compile_together() throws IOException {
    var examples =
        Pattern.compile("(?s)```yaml\n(.*?)```")
            .matcher(Files.readString(REFERENCE))
            .results()
            .map(example -> example.group(1))
            .collect(Collectors.joining("---\n"));
    var rest =
        """
        ---
        apiVersion: sluice.dev/v1alpha1
        kind: Team
        metadata: { name: engineering }
        spec: {}
        ---
        apiVersion: v1
        kind: Secret
        metadata: { name: alice }
        stringData: { token: alice-alice-alice-alice }
        """;
    var compilation = Worlds.compile(LastGood.NONE, new ManifestFile("docs", examples + rest));
    assertThat(compilation.problems()).isEmpty();
    assertThat(compilation.snapshot().keysByName()).hasSize(1);
  }
}
