package dev.sluice.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Finds the real programs that tests run: by environment variable, else on the PATH.
public final class RealParts {

  private RealParts() {}

  public static Path envoy() {
    return find(System.getenv(), "SLUICE_ENVOY", List.of("envoy"));
  }

  public static Path redisServer() {
    return find(System.getenv(), "SLUICE_REDIS_SERVER", List.of("valkey-server", "redis-server"));
  }

  public static Path claude() {
    return find(System.getenv(), "SLUICE_CLAUDE", List.of("claude"));
  }

  /// An API server, its store and its clients in one program.
  public static Path kubernetes() {
    return find(System.getenv(), "SLUICE_KUBERNETES", List.of("sluice-kubernetes"));
  }

  /// The CLI, for those who can do without it.
  ///
  /// @throws IllegalStateException if SLUICE_CLAUDE names something else than a program
  public static Optional<Path> claudeIfInstalled() {
    return search(System.getenv(), "SLUICE_CLAUDE", List.of("claude"));
  }

  static Path find(Map<String, String> environment, String variable, List<String> names) {
    return search(environment, variable, names)
        .orElseThrow(() -> new IllegalStateException(missing(variable, names)));
  }

  private static Optional<Path> search(
      Map<String, String> environment, String variable, List<String> names) {
    var given = environment.get(variable);
    if (given != null && !given.isBlank()) {
      var program = executable(Path.of(given));
      if (program.isEmpty()) {
        throw new IllegalStateException(variable + ": " + given + NOT_EXECUTABLE);
      }
      return program;
    }
    return names.stream()
        .flatMap(name -> onPath(environment.getOrDefault("PATH", ""), name))
        .findFirst();
  }

  private static final String NOT_EXECUTABLE = " (expected: the path of an executable file)";

  private static String missing(String variable, List<String> names) {
    return "No %s was found: set %s to its path, or put it on the PATH."
        .formatted(String.join(" or ", names), variable);
  }

  private static Stream<Path> onPath(String path, String name) {
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isBlank())
        .flatMap(folder -> executable(Path.of(folder, name)).stream());
  }

  private static Optional<Path> executable(Path file) {
    return Optional.of(file.toAbsolutePath())
        .filter(Files::isRegularFile)
        .filter(Files::isExecutable);
  }
}
