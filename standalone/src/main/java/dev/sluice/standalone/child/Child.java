package dev.sluice.standalone.child;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// A program that we started, in a session of its own, so that a Ctrl-C in the terminal does not
/// reach it.
///
/// A small shell stands between us and the program and holds the other end of a pipe to us. When
/// this process ends, however it ends, the pipe closes and the shell ends the program.
public final class Child {

  /// The variables that a program may inherit: no secret of the user's environment is passed on.
  private static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE");

  private static final Duration ASKED_EVERY = Duration.ofMillis(10);
  private static final Duration STARTED_WITHIN = Duration.ofSeconds(10);
  private static final Duration KILLED_WITHIN = Duration.ofSeconds(5);

  /// The program's number is printed by what becomes the program, so that no line of it comes
  /// first.
  private static final String GUARD =
      """
      exec 3<&0
      /bin/sh -c 'echo "$$"; exec "$@"' "$0" "$@" 3<&- </dev/null &
      child=$!
      (
        exec >/dev/null 2>&1
        read -r _ <&3
        kill "$child"
        tries=0
        while kill -0 "$child" && [ "$tries" -lt 10 ]; do
          sleep 0.1
          tries=$((tries + 1))
        done
        kill -9 "$child"
      ) &
      guard=$!
      wait "$child"
      status=$?
      kill -9 "$guard"
      exit "$status"
      """;

  private final String name;
  private final Process guard;
  private final long pid;

  /// Empty where it ended before we could look.
  private final Optional<ProcessHandle> program;

  private final ChildLog log;

  private Child(String name, Process guard, long pid, ChildLog log) {
    this.name = name;
    this.guard = guard;
    this.pid = pid;
    this.program = ProcessHandle.of(pid);
    this.log = log;
  }

  /// Starts `command`; what it prints goes to `logFile`, which is rotated.
  public static Child start(String name, List<String> command, Path logFile) throws IOException {
    var guarded = new ArrayList<>(newSession());
    guarded.addAll(List.of("/bin/sh", "-c", GUARD, "sluice-" + name));
    guarded.addAll(command);
    var builder = new ProcessBuilder(guarded).redirectErrorStream(true);
    builder.environment().keySet().removeIf(variable -> !INHERITED.contains(variable));
    var guard = builder.start();
    var output = guard.inputReader(StandardCharsets.UTF_8);
    var pid = pid(name, output);
    return new Child(name, guard, pid, ChildLog.copy(name, output, logFile));
  }

  private static long pid(String name, BufferedReader output) throws IOException {
    var line = output.readLine();
    if (line == null || !line.matches("\\d+")) {
      throw new IOException(name + " did not start: " + line);
    }
    return Long.parseLong(line);
  }

  /// The command that starts a session; macOS has no `setsid`, but Perl.
  private static List<String> newSession() {
    return Executables.onPath("setsid")
        .map(setsid -> List.of(setsid.toString()))
        .orElse(List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV or die $!;", "--"));
  }

  public String name() {
    return name;
  }

  public long pid() {
    return pid;
  }

  public boolean alive() {
    return guard.isAlive();
  }

  /// The last lines that it printed.
  public List<String> lastLines() {
    return log.lastLines();
  }

  /// Waits until `serves` says so.
  ///
  /// @throws IOException where it ended instead, or took longer than `patience`: then it is ended
  public void awaitReady(Duration patience, BooleanSupplier serves) throws IOException {
    var deadline = System.nanoTime() + patience.toNanos();
    while (!serves.getAsBoolean()) {
      if (PidFile.endedWithin(guard.onExit(), ASKED_EVERY)) {
        log.awaitEnd(STARTED_WITHIN);
        throw new IOException(name + " ended while it started: " + lastLines());
      }
      if (System.nanoTime() > deadline) {
        end(Duration.ZERO);
        throw new IOException(name + " did not serve in time: " + lastLines());
      }
    }
  }

  /// Blocks until it ended.
  public int awaitExit() throws InterruptedException {
    var status = guard.waitFor();
    log.awaitEnd(STARTED_WITHIN);
    return status;
  }

  /// Asks it to end, and kills it where it has not ended within `patience`.
  public void end(Duration patience) {
    program.ifPresent(ProcessHandle::destroy);
    if (!PidFile.endedWithin(guard.onExit(), patience)) {
      program.ifPresent(ProcessHandle::destroyForcibly);
      if (!PidFile.endedWithin(guard.onExit(), KILLED_WITHIN)) {
        throw new IllegalStateException("BUG: " + name + " cannot be killed");
      }
    }
    log.awaitEnd(KILLED_WITHIN);
  }
}
