package dev.sluice.mcp.serve;

import dev.sluice.core.mcp.Admissions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// Stands for Envoy: looks at the key, adds the ticket, and passes all bytes on both ways. One
/// request for each connection.
final class Front implements AutoCloseable {

  /// The key of a client that brings none.
  static final String ANYONE = "anyone";

  private final ServerSocket door;
  private volatile int target;
  private final Function<String, Optional<Admissions.Admitted>> keys;
  private final Admissions admissions;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /// A request that was for the one replica goes to another from here on.
  void to(int other) {
    target = other;
  }

  private Front(
      ServerSocket door,
      int target,
      Function<String, Optional<Admissions.Admitted>> keys,
      Admissions admissions) {
    this.door = door;
    this.target = target;
    this.keys = keys;
    this.admissions = admissions;
  }

  static Front start(
      int target, Function<String, Optional<Admissions.Admitted>> keys, Admissions admissions) {
    try {
      var door = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
      var front = new Front(door, target, keys, admissions);
      Thread.ofVirtual().name("front").start(front::accept);
      return front;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  int port() {
    return door.getLocalPort();
  }

  private void accept() {
    while (!door.isClosed()) {
      try {
        var client = door.accept();
        open.add(client);
        Thread.ofVirtual().name("front-request").start(() -> pass(client));
      } catch (IOException _) {
        return;
      }
    }
  }

  private void pass(Socket client) {
    try (client;
        var server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      open.add(server);
      var in = client.getInputStream();
      server.getOutputStream().write(head(in));
      var up = Thread.ofVirtual().start(() -> copy(client, server));
      copy(server, client);
      up.interrupt();
    } catch (IOException _) {
      // One of both has left.
    } finally {
      open.remove(client);
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException _) {
      // One of both has left.
    }
    try {
      // As Envoy has it: who leaves takes the other connection with it.
      from.close();
      to.close();
    } catch (IOException _) {
      // It is closed already.
    }
  }

  private byte[] head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("no request");
      }
      head.write(next);
    }
    var lines = new ArrayList<String>();
    var key = ANYONE;
    for (var line : List.of(head.toString(StandardCharsets.ISO_8859_1).split("\r\n", -1))) {
      var lower = line.toLowerCase(Locale.ROOT);
      if (lower.startsWith("authorization: bearer ")) {
        key = line.substring("authorization: bearer ".length());
      }
      if (!line.isEmpty()
          && !lower.startsWith(Entrance.TICKET)
          && !lower.startsWith("connection:")) {
        lines.add(line);
      }
    }
    keys.apply(key)
        .map(admissions::admit)
        .ifPresent(ticket -> lines.add(Entrance.TICKET + ": " + ticket));
    lines.add("Connection: close");
    return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    door.close();
    for (var socket : open) {
      socket.close();
    }
  }
}
