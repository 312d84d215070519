package dev.sluice.standalone.child;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Programs on the PATH.
public final class Executables {

  private Executables() {}

  public static Optional<Path> onPath(String name) {
    var path = System.getenv("PATH");
    if (path == null) {
      return Optional.empty();
    }
    for (var folder : path.split(File.pathSeparator, -1)) {
      var candidate = Path.of(folder.isEmpty() ? "." : folder, name);
      if (Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
        return Optional.of(candidate.toAbsolutePath());
      }
    }
    return Optional.empty();
  }
}
