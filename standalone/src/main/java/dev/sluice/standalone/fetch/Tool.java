package dev.sluice.standalone.fetch;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

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

  private Tool() {}

  static Ended run(Duration patience, List<String> command) throws FetchException {
    try {
      // To a file, not a pipe: a pipe that nobody reads while we wait could fill up.
      var output = Files.createTempFile("sluice-tool", ".log");
      try {
        return run(patience, command, output);
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

  private static Ended run(Duration patience, List<String> command, Path output)
      throws IOException, InterruptedException, FetchException {
    var process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new FetchException(
          String.join(" ", command) + " did not end within " + patience.toSeconds() + " s");
    }
    return new Ended(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
  }
}
