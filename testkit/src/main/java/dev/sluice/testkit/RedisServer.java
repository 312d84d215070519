package dev.sluice.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A throw-away Redis or Valkey on a free loopback port, every write on disk before its answer.
///
/// It can be stopped, killed, frozen and started again on the same port with the same data.
public final class RedisServer implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
  private static final int START_ATTEMPTS_MAX = 5;
  private static final int LOG_LINES_MAX = 200;

  private final Path folder;
  private final Thread endWithJvm = new Thread(this::endProcess, "redis-end");
  private int port;
  private @Nullable Running running;

  private RedisServer(Path folder) {
    this.folder = folder;
    Runtime.getRuntime().addShutdownHook(endWithJvm);
  }

  /// Starts an empty server, and returns once it accepts connections.
  public static RedisServer start() {
    return start(temporaryFolder());
  }

  /// The same in a folder that is there, and that goes at the end.
  public static RedisServer start(Path folder) {
    var server = new RedisServer(folder);
    for (var attempt = 1; ; attempt++) {
      server.port = freePort();
      try {
        server.launch();
        return server;
      } catch (IllegalStateException e) {
        // Between choosing the port and binding it, another process may have taken it.
        if (attempt == START_ATTEMPTS_MAX) {
          server.close();
          throw e;
        }
      }
    }
  }

  public int port() {
    return port;
  }

  /// Where its data is.
  public Path folder() {
    return folder;
  }

  public String uri() {
    return "redis://127.0.0.1:" + port;
  }

  /// Ends the server in good order (SIGTERM). Its data stays.
  public void stop() {
    var process = current().process();
    process.destroy();
    await(process);
    running = null;
  }

  /// Ends the server as a crash would (SIGKILL). Its data stays, as far as it was on disk.
  public void kill() {
    var process = current().process();
    process.destroyForcibly();
    await(process);
    running = null;
  }

  /// Starts it again after [#stop] or [#kill]: same port, same data.
  public void restart() {
    if (running != null) {
      throw new IllegalStateException("the Redis server still runs (expected: stopped or killed)");
    }
    launch();
  }

  /// Freezes the server (SIGSTOP): connections stay open, and nothing is answered.
  public void freeze() {
    signal("-STOP");
  }

  /// Lets a frozen server go on.
  public void thaw() {
    signal("-CONT");
  }

  @Override
  public void close() {
    endProcess();
    running = null;
    delete(folder);
    Runtime.getRuntime().removeShutdownHook(endWithJvm);
  }

  private void launch() {
    var started = Running.start(command(), folder);
    if (!started.awaitReady()) {
      started.process().destroyForcibly();
      await(started.process());
      throw new IllegalStateException("Redis did not start:\n" + started.log());
    }
    running = started;
  }

  private List<String> command() {
    return List.of(
        RealParts.redisServer().toString(),
        "--bind",
        "127.0.0.1",
        "--port",
        Integer.toString(port),
        "--dir",
        folder.toString(),
        "--save",
        "",
        "--appendonly",
        "yes",
        "--appendfsync",
        "always",
        "--maxmemory-policy",
        "noeviction",
        "--daemonize",
        "no");
  }

  private Running current() {
    if (running == null) {
      throw new IllegalStateException("the Redis server does not run (expected: started)");
    }
    return running;
  }

  private void endProcess() {
    var last = running;
    if (last != null) {
      last.process().destroyForcibly();
      await(last.process());
    }
  }

  private void signal(String name) {
    var pid = Long.toString(current().process().pid());
    try {
      var kill = new ProcessBuilder("kill", name, pid).inheritIO().start();
      await(kill);
      if (kill.exitValue() != 0) {
        throw new IllegalStateException("kill " + name + " failed: exit " + kill.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(Process process) {
    try {
      if (!process.waitFor(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException("process " + process.pid() + " did not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a process ended", e);
    }
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("sluice-redis-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One life of the process, and the last lines of its log.
  private record Running(Process process, CountDownLatch readyOrEnded, List<String> lines) {

    static Running start(List<String> command, Path folder) {
      try {
        var process =
            new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        var running = new Running(process, new CountDownLatch(1), new ArrayList<>());
        Thread.ofVirtual().name("redis-log").start(running::readLog);
        return running;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean awaitReady() {
      try {
        return readyOrEnded.await(START_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
            && log().contains("Ready to accept connections");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }

    String log() {
      synchronized (lines) {
        return String.join("\n", lines);
      }
    }

    private void readLog() {
      try (BufferedReader output = process.inputReader()) {
        for (var line = output.readLine(); line != null; line = output.readLine()) {
          keep(line);
          if (line.contains("Ready to accept connections")) {
            readyOrEnded.countDown();
          }
        }
      } catch (IOException e) {
        keep("log ended: " + e.getMessage());
      } finally {
        readyOrEnded.countDown();
      }
    }

    private void keep(String line) {
      synchronized (lines) {
        if (lines.size() == LOG_LINES_MAX) {
          lines.removeFirst();
        }
        lines.add(line);
      }
    }
  }
}
