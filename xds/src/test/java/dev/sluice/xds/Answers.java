package dev.sluice.xds;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// What providers answer, as bytes.
final class Answers {

  static final String SSE = "text/event-stream";

  private Answers() {}

  /// A recorded answer.
  static byte[] recorded(String name) {
    try (var stream = Answers.class.getResourceAsStream("/responses/" + name)) {
      return stream.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String head(int status, Map<String, String> headers) {
    var head = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    return head + "\r\n";
  }

  static String json(int status, String body) {
    return withLength(status, Map.of("content-type", "application/json"), body);
  }

  static String withLength(int status, Map<String, String> headers, String body) {
    var length = body.getBytes(StandardCharsets.UTF_8).length;
    return head(status, headers).replaceFirst("\r\n", "\r\ncontent-length: " + length + "\r\n")
        + body;
  }

  /// The head of an answer whose body follows in chunks.
  static byte[] chunkedHead(String contentType) {
    return bytes(
        head(
            200,
            Map.of(
                "content-type",
                contentType,
                "request-id",
                "req_upstream",
                "transfer-encoding",
                "chunked")));
  }

  static void writeChunk(OutputStream out, byte[] body, int from, int to) throws IOException {
    if (from == to) {
      return; // an empty chunk would end the body
    }
    var chunk = new ByteArrayOutputStream();
    chunk.writeBytes(bytes(Integer.toHexString(to - from) + "\r\n"));
    chunk.write(body, from, to - from);
    chunk.writeBytes(bytes("\r\n"));
    out.write(chunk.toByteArray());
    out.flush();
  }

  static void writeLastChunk(OutputStream out) throws IOException {
    out.write(bytes("0\r\n\r\n"));
    out.flush();
  }

  /// A whole answer in one chunk.
  static TestUpstream.Answer chunked(String contentType, byte[] body) {
    return (_, out) -> {
      out.write(chunkedHead(contentType));
      writeChunk(out, body, 0, body.length);
      writeLastChunk(out);
    };
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
