package dev.sluice.compiler;

import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.core.policy.ObjectName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Compiles manifests that tests write down or keep as files.
final class Worlds {

  static final Path RESOURCES = Path.of("src", "test", "resources");
  private static final Compiler COMPILER = new Compiler(Catalogue.anthropic());

  private Worlds() {}

  static Compilation compile(LastGood last, ManifestFile... files) {
    return compile(last, Map.of(), files);
  }

  static Compilation compile(
      LastGood last, Map<ObjectName, String> generated, ManifestFile... files) {
    return COMPILER.compile(Manifests.read(List.of(files)), last, MadeKeys.of(generated));
  }

  static ManifestFile base() {
    return file(RESOURCES.resolve("base.yaml"));
  }

  static ManifestFile file(Path path) {
    try {
      return new ManifestFile(path.getFileName().toString(), Files.readString(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// All that is below a folder.
  static Stream<Path> tree(Path folder) {
    try (var paths = Files.walk(folder)) {
      return paths.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Path> files(Path folder) {
    try (var paths = Files.list(folder)) {
      return paths.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
