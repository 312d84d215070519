package dev.sluice.testkit.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An HTTP/1.1 server on loopback, blocking code on virtual threads.
public final class HttpServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);
  private static final int BACKLOG_MAX = 1024;

  private final ServerSocket listener;
  private final HttpLimits limits;
  private final HttpHandler handler;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();

  private HttpServer(ServerSocket listener, HttpLimits limits, HttpHandler handler) {
    this.listener = listener;
    this.limits = limits;
    this.handler = handler;
  }

  /// Listens on the loopback interface; port 0 picks a free port.
  public static HttpServer start(int port, HttpLimits limits, HttpHandler handler) {
    try {
      var listener = new ServerSocket(port, BACKLOG_MAX, InetAddress.getLoopbackAddress());
      var server = new HttpServer(listener, limits, handler);
      Thread.ofVirtual().name("simulator-accept").start(server::acceptAll);
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  public int connections() {
    return connections.size();
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var connection : connections) {
        connection.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void acceptAll() {
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
