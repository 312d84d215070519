package dev.sluice.testkit.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An HTTP/1.1 server on loopback, blocking code on virtual threads.
public final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int BACKLOG_MAX = 1024;

  private final int port;
  private final ServerSocketFactory sockets;
  private final HttpLimits limits;
  private final HttpHandler handler;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private ServerSocket listener;
  private Thread accepting = Thread.ofVirtual().unstarted(() -> {});

  private HttpServer(
      ServerSocketFactory sockets, ServerSocket listener, HttpLimits limits, HttpHandler handler) {
    this.sockets = sockets;
    this.listener = listener;
    this.port = listener.getLocalPort();
    this.limits = limits;
    this.handler = handler;
  }

  /// Listens on the loopback interface; port 0 picks a free port.
  public static HttpServer start(int port, HttpLimits limits, HttpHandler handler) {
    return start(port, ServerSocketFactory.getDefault(), limits, handler);
  }

  /// @param sockets with TLS, for example
  public static HttpServer start(
      int port, ServerSocketFactory sockets, HttpLimits limits, HttpHandler handler) {
    try {
      var listener = listen(sockets, port);
      var server = new HttpServer(sockets, listener, limits, handler);
      server.accept(listener);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServerSocket listen(ServerSocketFactory sockets, int port) throws IOException {
    return sockets.createServerSocket(port, BACKLOG_MAX, InetAddress.getLoopbackAddress());
  }

  public int port() {
    return port;
  }

  public int connections() {
    return connections.size();
  }

  /// Takes no connection any more, and ends each of those that there are once its answer is
  /// written, as a service does that stops.
  public synchronized void leave() {
    try {
      listener.close();
      // Until then one more may be taken, and the port is not free.
      accepting.join();
      connections.forEach(Connection::endAfterAnswer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a server left", e);
    }
  }

  /// Listens again, on the same port, where it had left.
  public synchronized void comeBack() {
    if (!listener.isClosed()) {
      return;
    }
    try {
      listener = listen(sockets, port);
      accept(listener);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      listener.close();
      for (var connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void accept(ServerSocket listener) {
    accepting = Thread.ofVirtual().name("simulator-accept").start(() -> acceptAll(listener));
  }

  private void acceptAll(ServerSocket listener) {
    while (!listener.isClosed()) {
      try {
        serve(listener.accept());
      } catch (IOException e) {
        if (!listener.isClosed()) {
          LOG.error("accept failed", e);
        }
      }
    }
  }

  private void serve(Socket socket) {
    var connection = new Connection(socket, limits, handler);
    connections.add(connection);
    Thread.ofVirtual()
        .name("simulator-answer")
        .start(
            () -> {
              try {
                connection.serve();
              } catch (IOException e) {
                LOG.debug("connection ended: {}", e.toString());
              } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
              } catch (RuntimeException e) {
                LOG.error("BUG: an exchange failed", e);
              } finally {
                connections.remove(connection);
              }
            });
  }
}
