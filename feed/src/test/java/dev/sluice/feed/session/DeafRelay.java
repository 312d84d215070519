package dev.sluice.feed.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/// Stands between a gateway and Redis, and can make connections that subscribe deaf: they stay
/// open, and nothing comes by them any more.
final class DeafRelay implements AutoCloseable {

  private final ServerSocket door;
  private final int target;
  private final List<Passing> passing = new CopyOnWriteArrayList<>();

  private DeafRelay(ServerSocket door, int target) {
    this.door = door;
    this.target = target;
  }

  static DeafRelay start(int target) {
    try {
      var door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      var relay = new DeafRelay(door, target);
      Thread.ofVirtual().start(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String uri() {
    return "redis://127.0.0.1:" + door.getLocalPort();
  }

  /// Those that subscribe now; those that come later hear again.
  ///
  /// @return how many they are
  int deafen() {
    var subscribed = passing.stream().filter(one -> one.subscribes).toList();
    subscribed.forEach(one -> one.deaf = true);
    return subscribed.size();
  }

  private void accept() {
    try {
      while (true) {
        var client = door.accept();
        var server = new Socket(InetAddress.getLoopbackAddress(), target);
        var one = new Passing(client, server);
        passing.add(one);
        Thread.ofVirtual().start(one::up);
        Thread.ofVirtual().start(one::down);
      }
    } catch (IOException _) {
      // It is closed.
    }
  }

  /// One connection, both ways.
  private static final class Passing {
    private final Socket client;
    private final Socket server;
    private volatile boolean subscribes;
    private volatile boolean deaf;

    private Passing(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    private void up() {
      try (client;
          server) {
        var bytes = new byte[8192];
        var in = client.getInputStream();
        for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
          var text = new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
          if (text.toUpperCase(Locale.ROOT).contains("SUBSCRIBE")) {
            subscribes = true;
          }
          server.getOutputStream().write(bytes, 0, count);
        }
      } catch (IOException _) {
        // One of both has left.
      }
    }

    private void down() {
      try (client;
          server) {
        copy(server.getInputStream(), client.getOutputStream());
      } catch (IOException _) {
        // One of both has left.
      }
    }

    private void copy(InputStream from, OutputStream to) throws IOException {
      var bytes = new byte[8192];
      for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
        if (!deaf) {
          to.write(bytes, 0, count);
        }
      }
    }
  }

  @Override
  public void close() {
    try {
      door.close();
      for (var one : passing) {
        one.client.close();
        one.server.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
