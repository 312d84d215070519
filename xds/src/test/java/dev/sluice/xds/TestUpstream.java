package dev.sluice.xds;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/// A provider down to the bytes: each test writes what it answers to its path.
final class TestUpstream implements AutoCloseable {

  /// Writes an answer; what it throws ends the connection.
  interface Answer {
    void write(Http.Message request, OutputStream out) throws Exception;
  }

  final Queue<Http.Message> requests = new ConcurrentLinkedQueue<>();
  private final Map<String, Answer> answers = new ConcurrentHashMap<>();
  private final ServerSocket server;

  TestUpstream() throws IOException {
    this(new ServerSocket(0, 1024, InetAddress.getLoopbackAddress()));
  }

  TestUpstream(ServerSocket server) {
    this.server = server;
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  void answer(String path, Answer answer) {
    answers.put(path, answer);
  }

  void answer(String path, String response) {
    answer(path, (_, out) -> out.write(response.getBytes(StandardCharsets.UTF_8)));
  }

  private void accept() {
    try {
      while (true) {
        var socket = server.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException e) {
      // closed: the test is over
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      while (true) {
        var request = Http.read(in);
        if (request == null) {
          return;
        }
        requests.add(request);
        var path = request.start().split(" ")[1];
        var answer = answers.get(path);
        if (answer == null) {
          throw new AssertionError("no answer for " + path);
        }
        answer.write(request, socket.getOutputStream());
        socket.getOutputStream().flush();
      }
    } catch (Exception e) {
      // the connection ends, as the answer wanted or because Envoy closed it
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
