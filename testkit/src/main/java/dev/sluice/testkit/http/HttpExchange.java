package dev.sluice.testkit.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/// One request and the means to answer it, byte by byte.
public final class HttpExchange {

  private final HttpRequest request;
  private final Connection connection;

  HttpExchange(HttpRequest request, Connection connection) {
    this.request = request;
    this.connection = connection;
  }

  public HttpRequest request() {
    return request;
  }

  /// Waits, and returns true at once when the peer closes its side.
  public boolean peerLeft(Duration wait) {
    return connection.peerLeft(wait);
  }

  /// Answers with a body of known length; sends only the first `bytesMax` bytes of it.
  public void respond(int status, List<Header> headers, byte[] body, long bytesMax)
      throws IOException {
    var message = head(status, headers, new Header("content-length", "" + body.length));
    if (!request.method().equals("HEAD")) {
      message.write(body, 0, Math.toIntExact(Math.min(body.length, bytesMax)));
    }
    connection.write(message.toByteArray());
  }

  /// Starts an answer in chunks of at most `chunkBytesMax` bytes, each one written by itself.
  public ChunkedBody respondChunked(int status, List<Header> headers, int chunkBytesMax)
      throws IOException {
    connection.write(
        head(status, headers, new Header("transfer-encoding", "chunked")).toByteArray());
    return new ChunkedBody(connection, chunkBytesMax);
  }

  /// Breaks the connection; [Ending#CLEAN] is not a break, and leaves it as it is.
  public void breakOff(Ending ending) throws IOException {
    switch (ending) {
      case FIN -> connection.finish();
      case RST -> connection.reset();
      case CLEAN -> {}
    }
  }

  private ByteArrayOutputStream head(int status, List<Header> headers, Header framing) {
    var head = new StringBuilder("HTTP/1.1 ").append(status).append(" Status\r\n");
    headers.forEach(header -> append(head, header));
    append(head, framing);
    if (request.asksToClose()) {
      append(head, new Header("connection", "close"));
    }
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    return bytes;
  }

  private static void append(StringBuilder head, Header header) {
    head.append(header.name()).append(": ").append(header.value()).append("\r\n");
  }
}
