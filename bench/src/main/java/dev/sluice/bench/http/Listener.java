package dev.sluice.bench.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// Takes connections on a free port of loopback, and serves each by a thread of its own.
public final class Listener implements AutoCloseable {

  private static final int BACKLOG = 256;

  private final ServerSocketChannel server;
  private final String name;
  private final Serving serving;

  /// What a connection is for.
  @FunctionalInterface
  public interface Serving {

    /// Answers requests until the connection ends, by an exception or by returning.
    void serve(SocketChannel channel) throws IOException;
  }

  private Listener(ServerSocketChannel server, String name, Serving serving) {
    this.server = server;
    this.name = name;
    this.serving = serving;
  }

  /// @param name of its threads
  public static Listener open(String name, Serving serving) {
    try {
      var server = ServerSocketChannel.open();
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
      var listener = new Listener(server, name, serving);
      Thread.ofPlatform().daemon().name(name).start(listener::accept);
      return listener;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return server.socket().getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept() {
    while (true) {
      try {
        var channel = server.accept();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        Thread.ofPlatform().daemon().name(name + "-connection").start(() -> serve(channel));
      } catch (ClosedChannelException _) {
        return; // closed by close()
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void serve(SocketChannel channel) {
    try (channel) {
      serving.serve(channel);
    } catch (EOFException | ClosedChannelException _) {
      return; // the client is done with this connection
    } catch (IOException e) {
      System.err.println(name + ": " + e);
    }
  }
}
