package dev.sluice.standalone.fetch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Runs a tool of the machine to its end.
final class Tool {

  /// How a tool ended, and what it printed.
  record Ended(int status, String output) {
    boolean failed() {
      return status != 0;
    }

    String lastLine() {
      return output.strip().lines().reduce("", (_, line) -> line);
    }
  }

  private static final Duration LOOK_EVERY = Duration.ofSeconds(10);

  private Tool() {}

  static Ended run(Duration patience, List<String> command) throws FetchException {
    return run(patience, command, _ -> {});
  }

  /// The same; while it runs, `look` is given now and then what it has printed so far.
  static Ended run(Duration patience, List<String> command, Consumer<String> look)
      throws FetchException {
    try {
      // To a file, not a pipe: a pipe that nobody reads while we wait could fill up.
      var output = Files.createTempFile("sluice-tool", ".log");
      try {
        return run(patience, command, look, output);
      } finally {
        Files.delete(output);
      }
    } catch (IOException e) {
      throw new FetchException(command.getFirst() + " cannot be run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FetchException("interrupted while " + command.getFirst() + " ran", e);
    }
  }

  private static Ended run(
      Duration patience, List<String> command, Consumer<String> look, Path output)
      throws IOException, InterruptedException, FetchException {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile())
            .start();
    try {
      long until = System.nanoTime() + patience.toNanos();
      while (!process.waitFor(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        if (System.nanoTime() > until) {
          throw new FetchException(
              String.join(" ", command) + " did not end within " + patience.toSeconds() + " s");
        }
        look.accept(Files.readString(output, StandardCharsets.UTF_8));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }
}
