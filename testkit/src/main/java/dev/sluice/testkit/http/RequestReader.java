package dev.sluice.testkit.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Parses requests strictly: what RFC 9112 lets a server repair is refused here, since only a
/// faulty gateway would send it.
final class RequestReader {

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final InputStream input;
  private final OutputStream output;
  private final HttpLimits limits;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int end;

  RequestReader(InputStream input, OutputStream output, HttpLimits limits) {
    this.input = input;
    this.output = output;
    this.limits = limits;
  }

  /// The next request, or null if the peer closed between two requests.
  @Nullable HttpRequest next() throws IOException, MalformedException {
    if (position == end && !fill()) {
      return null;
    }
    var start = line().split(" ", -1);
    checkStart(start);
    var headers = headers();
    var head = new HttpRequest(start[0], start[1], headers, new byte[0]);
    checkHost(head);
    return new HttpRequest(start[0], start[1], headers, body(head));
  }

  /// Reads and drops what the peer still sends, so that it can read its answer before the close.
  void drain() throws IOException {
    position = end;
    while (fill()) {
      position = end;
    }
  }

  private static void checkStart(String[] start) throws MalformedException {
    if (start.length != 3 || !isToken(start[0]) || !start[1].startsWith("/")) {
      throw MalformedException.badRequest("request line (expected: METHOD /path HTTP/1.1)");
    }
    if (!start[2].equals("HTTP/1.1")) {
      throw new MalformedException(505, start[2] + " (expected: HTTP/1.1)");
    }
  }

  private static void checkHost(HttpRequest head) throws MalformedException {
    var hosts = head.all("host").size();
    if (hosts != 1) {
      throw MalformedException.badRequest("host headers: " + hosts + " (expected: 1)");
    }
  }

  private List<Header> headers() throws IOException, MalformedException {
    var headers = new ArrayList<Header>();
    for (var line = line(); !line.isEmpty(); line = line()) {
      if (headers.size() == limits.headersMax()) {
        throw new MalformedException(431, "more than " + limits.headersMax() + " headers");
      }
      headers.add(header(line));
    }
    return headers;
  }

  private static Header header(String line) throws MalformedException {
    var colon = line.indexOf(':');
    if (colon < 1 || !isToken(line.substring(0, colon))) {
      throw MalformedException.badRequest("header line (expected: name: value)");
    }
    var value = line.substring(colon + 1).strip();
    if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f)) {
      throw MalformedException.badRequest("control character in a header value");
    }
    return new Header(line.substring(0, colon), value);
  }

  private byte[] body(HttpRequest head) throws IOException, MalformedException {
    var lengths = head.all("content-length");
    var codings = head.all("transfer-encoding");
    if (lengths.size() + codings.size() > 1) {
      throw MalformedException.badRequest("more than one framing of the body");
    }
    if (!lengths.isEmpty()) {
      var length = length(lengths.getFirst(), 10);
      greet(head);
      return bytes(Math.toIntExact(length));
    }
    if (!codings.isEmpty()) {
      if (!codings.getFirst().equalsIgnoreCase("chunked")) {
        throw new MalformedException(501, "transfer-encoding (expected: chunked)");
      }
      greet(head);
      return chunks();
    }
    return new byte[0];
  }

  private void greet(HttpRequest head) throws IOException {
    if (head.header("expect").filter("100-continue"::equalsIgnoreCase).isPresent()) {
      output.write(CONTINUE);
    }
  }

  private byte[] chunks() throws IOException, MalformedException {
    var body = new java.io.ByteArrayOutputStream();
    for (var size = chunkSize(0); size > 0; size = chunkSize(body.size())) {
      body.writeBytes(bytes(size));
      if (!line().isEmpty()) {
        throw MalformedException.badRequest("chunk end (expected: CRLF)");
      }
    }
    headers();
    return body.toByteArray();
  }

  private int chunkSize(long before) throws IOException, MalformedException {
    var line = line();
    var extension = line.indexOf(';');
    var size = length(extension < 0 ? line : line.substring(0, extension).strip(), 16);
    if (before + size > limits.bodyBytesMax()) {
      throw tooLarge();
    }
    return Math.toIntExact(size);
  }

  private long length(String digits, int radix) throws MalformedException {
    var plain = !digits.isEmpty() && digits.chars().allMatch(c -> Character.digit(c, radix) >= 0);
    if (!plain || digits.length() > 15) {
      throw MalformedException.badRequest("length: " + digits + " (expected: digits)");
    }
    var length = Long.parseLong(digits, radix);
    if (length > limits.bodyBytesMax()) {
      throw tooLarge();
    }
    return length;
  }

  private MalformedException tooLarge() {
    return new MalformedException(413, "body over " + limits.bodyBytesMax() + " bytes");
  }

  private byte[] bytes(int length) throws IOException {
    var bytes = new byte[length];
    var filled = Math.min(length, end - position);
    System.arraycopy(buffer, position, bytes, 0, filled);
    position += filled;
    if (input.readNBytes(bytes, filled, length - filled) < length - filled) {
      throw new EOFException("the peer closed within a body");
    }
    return bytes;
  }

  private String line() throws IOException, MalformedException {
    var line = new byte[256];
    for (var length = 0; ; length++) {
      if (length == limits.lineBytesMax()) {
        throw new MalformedException(431, "line over " + length + " bytes");
      }
      var next = read();
      if (next == '\r') {
        if (read() != '\n') {
          throw MalformedException.badRequest("bare CR");
        }
        return new String(line, 0, length, StandardCharsets.ISO_8859_1);
      }
      if (next == '\n') {
        throw MalformedException.badRequest("bare LF");
      }
      line = length == line.length ? Arrays.copyOf(line, 2 * length) : line;
      line[length] = next;
    }
  }

  private byte read() throws IOException {
    if (position == end && !fill()) {
      throw new EOFException("the peer closed within a request");
    }
    return buffer[position++];
  }

  private boolean fill() throws IOException {
    position = 0;
    end = Math.max(0, input.read(buffer));
    return end > 0;
  }

  private static boolean isToken(String text) {
    return !text.isEmpty()
        && text.chars()
            .allMatch(
                c -> c < 128 && (Character.isLetterOrDigit(c) || TOKEN_MARKS.indexOf(c) >= 0));
  }
}
