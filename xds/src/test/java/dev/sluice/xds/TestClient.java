package dev.sluice.xds;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// One connection of a client.
final class TestClient implements AutoCloseable {

  private final Socket socket;
  final InputStream in;
  final OutputStream out;

  TestClient(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  TestClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(20_000);
    in = new BufferedInputStream(socket.getInputStream());
    out = socket.getOutputStream();
  }

  void send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  void post(String path, Map<String, String> headers, byte[] body) throws IOException {
    var head =
        new StringBuilder("POST " + path + " HTTP/1.1\r\nhost: gateway\r\n")
            .append("content-length: " + body.length + "\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    out.write((head + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.write(body);
    out.flush();
  }

  void post(String path) throws IOException {
    post(path, Map.of(), "{\"model\":\"m\"}".getBytes(StandardCharsets.UTF_8));
  }

  Http.Message exchange(String path) throws IOException {
    return exchange(path, Map.of());
  }

  Http.Message exchange(String path, Map<String, String> headers) throws IOException {
    post(path, headers, "{\"model\":\"m\"}".getBytes(StandardCharsets.UTF_8));
    return answer();
  }

  Http.Message answer() throws IOException {
    return Http.read(in);
  }

  /// Reads chunks of a body until so many bytes have come.
  byte[] read(int bytes) throws IOException {
    var body = new ByteArrayOutputStream();
    while (body.size() < bytes) {
      body.writeBytes(Http.chunk(in));
    }
    return body.toByteArray();
  }

  /// Reads chunks of a body to its end.
  byte[] readToEnd() throws IOException {
    var body = new ByteArrayOutputStream();
    for (var chunk = Http.chunk(in); chunk.length > 0; chunk = Http.chunk(in)) {
      body.writeBytes(chunk);
    }
    return body.toByteArray();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
