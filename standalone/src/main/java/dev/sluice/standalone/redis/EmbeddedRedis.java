package dev.sluice.standalone.redis;

import dev.sluice.standalone.child.Child;
import dev.sluice.standalone.child.PidFile;
import dev.sluice.standalone.child.Supervisor;
import dev.sluice.standalone.socket.UnixSocket;
import dev.sluice.standalone.state.StateFolder;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/// A real Redis of our own, whose data lives in the state folder and survives any crash.
public final class EmbeddedRedis {

  private static final Duration LOADED_WITHIN = Duration.ofSeconds(60);
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(1);

  /// Long enough to write out what it holds.
  private static final Duration SAVED_WITHIN = Duration.ofSeconds(20);

  private final Path program;
  private final StateFolder state;
  private final Path config;
  private final PidFile pid;

  private EmbeddedRedis(Path program, StateFolder state) {
    this.program = program;
    this.state = state;
    this.config = state.run().resolve("redis.conf");
    this.pid = new PidFile(state.run().resolve("redis.pid"), config);
  }

  /// A running Redis.
  public record Running(URI uri, Supervisor supervisor, PidFile pid, DiskSync sync) {
    /// Ends Redis; it writes out what it holds.
    public void end() throws IOException {
      sync.end();
      supervisor.end(SAVED_WITHIN);
      pid.delete();
    }
  }

  public static Running start(
      Path program, StateFolder state, InstantSource clock, Consumer<String> gaveUp)
      throws IOException {
    var redis = new EmbeddedRedis(program, state);
    redis.pid.endLeftover();
    StateFolder.writePrivate(redis.config, redis.configuration());
    var supervisor = Supervisor.start("redis", redis::startOnce, clock, gaveUp);
    return new Running(uri(redis.socket()), supervisor, redis.pid, DiskSync.start(state.redis()));
  }

  private static URI uri(Path socket) {
    try {
      return new URI("redis-socket", "", socket.toString(), null, null);
    } catch (URISyntaxException e) {
      throw new IllegalStateException("BUG: a path always makes a URI", e);
    }
  }

  private Path socket() {
    return state.socket("redis");
  }

  private Child startOnce() throws IOException {
    Files.deleteIfExists(socket());
    var child =
        Child.start("redis", List.of(program.toString(), config.toString()), state.log("redis"));
    pid.write(child);
    awaitAnswer(child);
    return child;
  }

  /// It answers at once, but refuses while it loads its data.
  private void awaitAnswer(Child child) throws IOException {
    child.awaitReady(LOADED_WITHIN, this::answers);
  }

  private boolean answers() {
    try {
      return UnixSocket.ask(socket(), "PING\r\nQUIT\r\n", ANSWERS_WITHIN).startsWith("+PONG");
    } catch (IOException _) {
      return false; // Not there yet.
    }
  }

  /// What Redis has acknowledged, it has handed to the system: neither a restart nor a crash loses
  /// it, and a power cut at most the last second (see [DiskSync]).
  private String configuration() throws IOException {
    return String.join(
        "\n",
        "port 0",
        "unixsocket " + quoted(socket()),
        "unixsocketperm 600",
        "dir " + quoted(state.redis()),
        "databases 1",
        "daemonize no",
        "logfile \"\"",
        "save \"\"",
        "appendonly yes",
        "appendfsync no",
        "maxmemory-policy noeviction",
        // Keeps the path of this file on the command line, by which a leftover is recognised.
        "set-proc-title no",
        "");
  }

  private static String quoted(Path path) {
    return "\"" + path.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
