package dev.sluice.mcp.upstream.stdio;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.http.Watchdog;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Starts programs for a gateway that must start none itself: one for each connection, from a list
/// of commands, and ended with it.
public final class ToolHost implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ToolHost.class);
  private static final Duration ASKED_WITHIN = Duration.ofSeconds(5);
  private static final Duration COUNT_EVERY = Duration.ofSeconds(2);
  private static final int PIECE_BYTES = 32 * 1024;

  private final ServerSocketChannel server;
  private final Path socket;
  private final Set<String> allowed;
  private final Limits limits;
  private final Semaphore free;

  /// @param programsMax at the same time
  /// @param stopMax how long a program may take to end by itself
  /// @param unreadMax how long a program may not read what it is sent; until it does, it is not
  ///   seen here that the gateway has left
  public record Limits(int programsMax, Duration stopMax, Duration unreadMax) {
    public static final Limits DEFAULT =
        new Limits(64, Duration.ofSeconds(5), Duration.ofMinutes(5));
  }

  private ToolHost(ServerSocketChannel server, Path socket, Set<String> allowed, Limits limits) {
    this.server = server;
    this.socket = socket;
    this.allowed = Set.copyOf(allowed);
    this.limits = limits;
    this.free = new Semaphore(limits.programsMax());
  }

  /// Listens.
  ///
  /// @param socket a file of an earlier one goes
  /// @param allowed the first words of commands, as they are
  public static ToolHost start(Path socket, Set<String> allowed, Limits limits) throws IOException {
    Files.deleteIfExists(socket);
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    var host = new ToolHost(server, socket, allowed, limits);
    Thread.ofVirtual().name("tool-host").start(host::accept);
    return host;
  }

  private void accept() {
    try {
      while (true) {
        var channel = server.accept();
        Thread.ofVirtual().name("tool-host-program").start(() -> serve(channel));
      }
    } catch (IOException e) {
      if (server.isOpen()) {
        LOG.error("the tool host cannot go on", e);
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      var begun = new CountDownLatch(1);
      HostedProgram.Timeout.closing(channel, begun, ASKED_WITHIN);
      var command = HostWords.readAsked(Channels.newInputStream(channel));
      begun.countDown();
      var out = Channels.newOutputStream(channel);
      if (!allowed.contains(command.words().getFirst())) {
        LOG.atWarn().addKeyValue("program", command.name()).log("a program is not allowed");
        out.write(HostWords.answer("the program is not allowed here"));
      } else if (!free.tryAcquire()) {
        out.write(
            HostWords.answer(
                "too many programs run (expected: %d or fewer)".formatted(limits.programsMax())));
      } else {
        try {
          run(channel, command, out);
        } finally {
          free.release();
        }
      }
    } catch (IOException e) {
      LOG.debug("a connection to the tool host ended: {}", e.getMessage());
    }
  }

  private void run(SocketChannel channel, Command command, OutputStream out) throws IOException {
    Child child;
    try {
      child = Child.start(command);
    } catch (CallException _) {
      out.write(HostWords.answer("the program cannot be started"));
      return;
    }
    try {
      out.write(HostWords.answer(""));
      var err = new LastWords(0, Set.of());
      Thread.ofVirtual().name("tool-host-err").start(() -> err.readAll(child.err()));
      Thread.ofVirtual().name("tool-host-out").start(() -> answer(channel, child, out));
      Thread.ofVirtual().name("tool-host-family").start(() -> countAll(child));
      feed(Channels.newInputStream(channel), child);
    } finally {
      child.stop(limits.stopMax());
    }
  }

  /// Closes the connection once the program has said all.
  private static void answer(SocketChannel channel, Child child, OutputStream out) {
    try (channel) {
      relay(child.out(), out);
    } catch (IOException _) {
      // One of the two has left; the other one is told by that.
    }
  }

  private static void countAll(Child child) {
    try {
      while (child.alive()) {
        child.count();
        Thread.sleep(COUNT_EVERY);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// A program that reads nothing for too long is ended.
  private void feed(InputStream from, Child child) throws IOException {
    var to = child.in();
    var piece = new byte[PIECE_BYTES];
    for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
      var unread =
          Watchdog.at(
              limits.unreadMax(),
              () -> Thread.ofVirtual().name("tool-host-unread").start(child::kill));
      try {
        to.write(piece, 0, count);
        to.flush();
      } finally {
        unread.cancel(false);
      }
    }
  }

  /// Never more than a piece is kept: who does not read makes the other one wait.
  private static void relay(InputStream from, OutputStream to) throws IOException {
    var piece = new byte[PIECE_BYTES];
    for (int count = from.read(piece); count >= 0; count = from.read(piece)) {
      to.write(piece, 0, count);
      to.flush();
    }
  }

  /// Nobody connects any more; programs that run end with their connections, or with this process.
  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(socket);
  }
}
