package dev.sluice.xds;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// HTTP/1.1 messages, read byte by byte.
final class Http {

  /// @param start the first line
  record Message(String start, Map<String, String> headers, byte[] body) {
    int status() {
      return Integer.parseInt(start.split(" ")[1]);
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private Http() {}

  /// A whole message; null at the end of the stream.
  static Message read(InputStream in) throws IOException {
    var head = head(in);
    if (head == null) {
      return null;
    }
    return new Message(head.start(), head.headers(), body(head, in));
  }

  /// The first line and the headers only.
  static Message head(InputStream in) throws IOException {
    var start = line(in);
    if (start == null) {
      return null;
    }
    var headers = new TreeMap<String, String>();
    for (var line = line(in); line != null && !line.isEmpty(); line = line(in)) {
      var colon = line.indexOf(':');
      var name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.merge(name, line.substring(colon + 1).strip(), (a, b) -> a + ", " + b);
    }
    return new Message(start, headers, new byte[0]);
  }

  private static byte[] body(Message head, InputStream in) throws IOException {
    var length = head.headers().get("content-length");
    if (length != null) {
      return in.readNBytes(Integer.parseInt(length));
    }
    var body = new ByteArrayOutputStream();
    if ("chunked".equals(head.headers().get("transfer-encoding"))) {
      for (var chunk = chunk(in); chunk.length > 0; chunk = chunk(in)) {
        body.writeBytes(chunk);
      }
    }
    return body.toByteArray();
  }

  /// One chunk of a chunked body; empty at its end.
  static byte[] chunk(InputStream in) throws IOException {
    var size = line(in);
    if (size == null) {
      throw new EOFException("in the middle of a body");
    }
    var chunk = in.readNBytes(Integer.parseInt(size, 16));
    line(in);
    return chunk;
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (var b = in.read(); b != '\n'; b = in.read()) {
      if (b == -1) {
        return null;
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }
}
