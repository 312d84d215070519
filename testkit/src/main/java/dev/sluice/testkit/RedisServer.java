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
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A throw-away Redis or Valkey on a free loopback port, every write on disk before its answer.
///
/// It can be stopped, killed, frozen and started again on the same port with the same data.
public final class RedisServer implements AutoCloseable {

  private static final Duration START_TIMEOUT = Duration.ofSeconds(20);
  private static final int START_ATTEMPTS_MAX = 5;
  private static final String SENTINEL = "--sentinel";
  private static final String CLUSTER_PORT = "--cluster-port";
  private static final int LOG_LINES_MAX = 200;

  private final Path folder;
  private final List<String> settings;
  private final Thread endWithJvm = new Thread(this::endProcess, "redis-end");
  private int port;
  private @Nullable Running running;

  private RedisServer(Path folder, List<String> settings) {
    this.folder = folder;
    this.settings = List.copyOf(settings);
    Runtime.getRuntime().addShutdownHook(endWithJvm);
  }

  /// Starts an empty server, and returns once it accepts connections.
  public static RedisServer start() {
    return start(Folders.temporary("sluice-redis-"));
  }

  /// The same in a folder that is there, and that goes at the end.
  public static RedisServer start(Path folder) {
    return start(folder, List.of());
  }

  /// The same with more settings, as on the command line: `--name`, and its value.
  public static RedisServer start(String... settings) {
    return start(Folders.temporary("sluice-redis-"), List.of(settings));
  }

  /// One that watches `master` with others of its kind, and makes a replica the master where most
  /// of three find it gone.
  static RedisServer sentinel(RedisServer master) {
    var folder = Folders.temporary("sluice-redis-");
    var lines =
        List.of(
            "sentinel monitor main 127.0.0.1 " + master.port() + " 2",
            "sentinel down-after-milliseconds main 2000",
            "sentinel failover-timeout main 3000");
    try {
      var file = Files.write(folder.resolve("sentinel.conf"), lines);
      return start(folder, List.of(SENTINEL, file.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One node of a cluster that is still to be formed.
  static RedisServer inCluster(List<String> settings) {
    var all = new ArrayList<>(settings);
    all.addAll(List.of("--cluster-enabled", "yes", CLUSTER_PORT, Integer.toString(freePort())));
    return start(Folders.temporary("sluice-redis-"), all);
  }

  private static RedisServer start(Path folder, List<String> settings) {
    var server = new RedisServer(folder, settings);
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

  String portText() {
    return Integer.toString(port);
  }

  /// Where other nodes of its cluster talk to it.
  String busPort() {
    return settings.get(settings.indexOf(CLUSTER_PORT) + 1);
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

  /// The same with settings for this life, and back before it has read its data.
  public void restartAtOnce(String... more) {
    var command = new ArrayList<>(command());
    command.addAll(List.of(more));
    running = Running.start(command, folder);
  }

  /// The words of one command; the first line of what it answers, or all of a text.
  public String ask(String... words) {
    return RedisPrompt.ask(port, words);
  }

  /// How far it has come in the stream of writes, as a master or as a replica.
  public long offset() {
    return ask("INFO", "replication")
        .lines()
        .filter(line -> line.startsWith("master_repl_offset:"))
        .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
        .findFirst()
        .orElseThrow();
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
    Folders.delete(folder);
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
    var command = new ArrayList<String>();
    command.add(RealParts.redisServer().toString());
    if (settings.contains(SENTINEL)) {
      command.addAll(List.of(settings.getLast(), SENTINEL));
      command.addAll(List.of("--bind", "127.0.0.1", "--port", Integer.toString(port)));
      return command;
    }
    command.addAll(List.of("--bind", "127.0.0.1", "--port", Integer.toString(port)));
    command.addAll(List.of("--dir", folder.toString(), "--save", "", "--daemonize", "no"));
    command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
    command.addAll(List.of("--maxmemory-policy", "noeviction"));
    command.addAll(settings);
    return command;
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

  /// What it says when it serves: as a server, and as a Sentinel.
  private static final Pattern READY = Pattern.compile("Ready to accept|\\+monitor master");

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
            && READY.matcher(log()).find();
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
          if (READY.matcher(line).find()) {
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
