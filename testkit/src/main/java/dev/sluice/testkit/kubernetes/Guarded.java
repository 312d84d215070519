package dev.sluice.testkit.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that we started, and that ends with this JVM, however the JVM ends.
///
/// A small shell holds the other end of a pipe to us; the pipe closes when this JVM is gone, and
/// the shell kills the program.
final class Guarded {

  private static final Duration ENDED_WITHIN = Duration.ofSeconds(10);
  private static final int LOG_LINES_SHOWN = 30;

  /// Its number is printed by what becomes the program, and is all that it prints to us.
  private static final String GUARD =
      """
      exec 3<&0
      /bin/sh -c 'echo "$$"; exec "$@" >>"$0" 2>&1' "$0" "$@" 3<&- </dev/null &
      child=$!
      (
        exec >/dev/null 2>&1
        read -r _ <&3
        kill -9 "$child"
      ) &
      guard=$!
      wait "$child"
      status=$?
      kill -9 "$guard"
      exit "$status"
      """;

  private final Path log;
  private final Process guard;
  private final long pid;

  private Guarded(Path log, Process guard, long pid) {
    this.log = log;
    this.guard = guard;
    this.pid = pid;
  }

  /// Starts `command`; what it prints is added to `log`.
  static Guarded start(List<String> command, Path log) {
    var guarded = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, log.toString()));
    guarded.addAll(command);
    try {
      var guard =
          new ProcessBuilder(guarded).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      var line = guard.inputReader(StandardCharsets.UTF_8).readLine();
      if (line == null) {
        throw new IllegalStateException(command + " did not start");
      }
      return new Guarded(log, guard, Long.parseLong(line));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  long pid() {
    return pid;
  }

  boolean alive() {
    return guard.isAlive();
  }

  /// Ends it as a crash would.
  void kill() {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    try {
      if (!guard.waitFor(ENDED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("process " + pid + " did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while process " + pid + " ended", e);
    }
  }

  /// The end of its log, for who has to find out why it ended.
  String lastLines() {
    try {
      var lines = Files.readAllLines(log);
      var shown = lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size());
      return String.join("\n", shown);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
