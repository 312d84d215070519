package dev.sluice.mcp.upstream.stdio;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// A program that runs, with everything that it has started.
final class Child implements Program {

  private static final String PATH = "/usr/local/bin:/usr/bin:/bin";

  /// Those that run; they end with this process, even if nobody stops them before.
  private static final Set<Child> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("mcp-programs-end").unstarted(Child::killAll));
  }

  private final Process process;
  private final Home home;
  private final Set<ProcessHandle> family = new LinkedHashSet<>();

  private Child(Process process, Home home) {
    this.process = process;
    this.home = home;
  }

  static Child start(Command command) throws CallException {
    try {
      var home = Home.create();
      var builder = new ProcessBuilder(command.words());
      builder.directory(command.folder().orElse(home.folder()).toFile());
      var environment = builder.environment();
      environment.clear();
      environment.put("PATH", PATH);
      environment.put("HOME", home.folder().toString());
      environment.putAll(command.environment());
      try {
        var child = new Child(builder.start(), home);
        RUNNING.add(child);
        return child;
      } catch (IOException e) {
        home.delete();
        throw e;
      }
    } catch (IOException _) {
      // The system's text repeats the whole command.
      throw CallException.of(
          Reason.UNREACHABLE, Effect.NEVER_RUN, command.name() + ": the program cannot be started");
    }
  }

  @Override
  public InputStream out() {
    return process.getInputStream();
  }

  @Override
  public InputStream err() {
    return process.getErrorStream();
  }

  @Override
  public OutputStream in() {
    return process.getOutputStream();
  }

  @Override
  public boolean alive() {
    return process.isAlive();
  }

  @Override
  public String ending() throws InterruptedException {
    return process.waitFor(1, TimeUnit.SECONDS)
        ? "the program ended with status " + process.exitValue()
        : "the program closed its output";
  }

  @Override
  public synchronized void count() {
    process.descendants().forEach(family::add);
    family.removeIf(handle -> !handle.isAlive());
  }

  @Override
  public void stop(Duration wait) {
    count();
    // Of a program that does not read, what waits to be written keeps its input open.
    Thread.ofVirtual().name("mcp-program-close").start(this::closeInput);
    try {
      if (!process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS)) {
        count();
        process.destroy();
        process.waitFor(wait.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    kill();
    RUNNING.remove(this);
  }

  private void closeInput() {
    try {
      in().close();
    } catch (IOException _) {
      // A program that has ended has no input.
    }
  }

  /// Ends it at once, with all that it has started.
  synchronized void kill() {
    count();
    process.destroyForcibly();
    family.forEach(ProcessHandle::destroyForcibly);
    home.delete();
  }

  private static void killAll() {
    RUNNING.forEach(Child::kill);
  }
}
