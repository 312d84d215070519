package dev.sluice.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a program printed that ran to its end.
public record Printed(int exitCode, String stdout, String stderr) {

  /// kubectl and helm are told to wait for things, so that this only ends what hangs.
  private static final Duration ENDED_WITHIN = Duration.ofMinutes(5);

  /// The output of a program that succeeded.
  ///
  /// @throws IllegalStateException with what it complained of, where it failed
  public String orThrow() {
    if (exitCode != 0) {
      throw new IllegalStateException("exit code " + exitCode + ": " + stderr + stdout);
    }
    return stdout;
  }

  /// Runs it with this environment and no other.
  static Printed by(List<String> command, Map<String, String> environment, String stdin) {
    try {
      var work = Files.createTempDirectory("sluice-printed-");
      try {
        return run(command, environment, Files.writeString(work.resolve("stdin"), stdin));
      } finally {
        for (var name : List.of("stdin", "stdout", "stderr")) {
          Files.deleteIfExists(work.resolve(name));
        }
        Files.delete(work);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while " + command + " ran", e);
    }
  }

  private static Printed run(List<String> command, Map<String, String> environment, Path stdin)
      throws IOException, InterruptedException {
    var stdout = stdin.resolveSibling("stdout");
    var stderr = stdin.resolveSibling("stderr");
    var builder =
        new ProcessBuilder(command)
            .redirectInput(stdin.toFile())
            .redirectOutput(stdout.toFile())
            .redirectError(stderr.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    var process = builder.start();
    try {
      if (!process.waitFor(ENDED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException(
            command + " did not end within " + ENDED_WITHIN + ": " + text(stdout) + text(stderr));
      }
      return new Printed(process.exitValue(), text(stdout), text(stderr));
    } finally {
      process.destroyForcibly();
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.UTF_8);
  }
}
