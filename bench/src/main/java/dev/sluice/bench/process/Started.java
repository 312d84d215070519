package dev.sluice.bench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A program that this one started, and ends with it.
public final class Started implements AutoCloseable {
  private static final Duration END_MAX = Duration.ofSeconds(20);
  private static final long POLL_MILLIS = 20;

  private final Process process;
  private final Path output;
  private final Path errors;

  private Started(Process process, Path output, Path errors) {
    this.process = process;
    this.output = output;
    this.errors = errors;
  }

  /// Starts a program; its output goes to files in the folder.
  public static Started start(List<String> command, Map<String, String> environment, Path folder) {
    Path output = folder.resolve("stdout.log");
    Path errors = folder.resolve("stderr.log");
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectOutput(output.toFile()).redirectError(errors.toFile());
    try {
      return new Started(builder.start(), output, errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The process and what it started.
  public ProcessTree tree() {
    return new ProcessTree(process.toHandle());
  }

  /// All that it has written to standard output.
  public String output() {
    return read(output);
  }

  /// The first line on standard output that starts with the prefix, without it.
  public String awaitLine(String prefix, Duration timeout) {
    return await(
        () ->
            read(output)
                .lines()
                .filter(line -> line.startsWith(prefix))
                .map(line -> line.substring(prefix.length()).strip())
                .findFirst(),
        timeout);
  }

  /// Asks until there is an answer; the end of the program before it is a failure that shows its
  /// errors.
  public <T> T await(Supplier<Optional<T>> question, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < deadline && process.isAlive()) {
      Optional<T> answer = question.get();
      if (answer.isPresent()) {
        return answer.get();
      }
      pause();
    }
    throw new IllegalStateException("program is not ready; its errors:\n" + read(errors));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(END_MAX.toSeconds(), TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException _) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
