package dev.sluice.mcp.upstream.http;

import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.regex.Pattern;

/// The body of an answer, read as its head says: of a length, in chunks, or to the end.
///
/// A body that ends too early is an error, never the end.
final class Body extends InputStream {

  private static final int CHUNK_LINE_CHARS_MAX = 1024;
  private static final int TRAILERS_MAX = 50;

  private enum Framing {
    LENGTH,
    CHUNKS,
    TO_THE_END
  }

  private static final Pattern SIZE = Pattern.compile("[0-9A-Fa-f]{1,8}");

  private final Wire wire;
  private final Patience patience;
  private final Framing framing;
  private final long bytesMax;
  private long left;
  private long bytes;
  private boolean started;
  private boolean done;

  private Body(Wire wire, Patience patience, Framing framing, long left, long bytesMax) {
    this.wire = wire;
    this.patience = patience;
    this.framing = framing;
    this.left = left;
    this.bytesMax = bytesMax;
    this.done = framing == Framing.LENGTH && left == 0;
  }

  static Body of(Head head, String method, Wire wire, Patience patience, long bytesMax)
      throws CallException {
    if (method.equals("HEAD") || head.status() == 204 || head.status() == 304) {
      return new Body(wire, patience, Framing.LENGTH, 0, bytesMax);
    }
    if (head.chunked()) {
      return new Body(wire, patience, Framing.CHUNKS, 0, bytesMax);
    }
    var length = head.length();
    return length.isPresent()
        ? new Body(wire, patience, Framing.LENGTH, length.getAsLong(), bytesMax)
        : new Body(wire, patience, Framing.TO_THE_END, 0, bytesMax);
  }

  /// Whether the connection can carry another exchange.
  boolean complete() {
    return done && framing != Framing.TO_THE_END;
  }

  @Override
  public int read() throws IOException {
    var one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (done || length == 0 || (framing == Framing.CHUNKS && left == 0 && !nextChunk())) {
      return done ? -1 : 0;
    }
    var most = framing == Framing.TO_THE_END ? length : (int) Math.min(length, left);
    var count = wire.read(target, offset, most, patience);
    if (count < 0) {
      return ended();
    }
    bytes += count;
    if (bytes > bytesMax) {
      throw CallException.of(
          Reason.TOO_LARGE,
          Effect.MAY_HAVE_RUN,
          "answerBytes: over %d (expected: at most that)".formatted(bytesMax));
    }
    left -= framing == Framing.TO_THE_END ? 0 : count;
    done = framing == Framing.LENGTH && left == 0;
    return count;
  }

  private int ended() throws CallException {
    if (framing == Framing.TO_THE_END) {
      done = true;
      return -1;
    }
    throw cut();
  }

  private static CallException cut() {
    return CallException.of(
        Reason.CUT, Effect.MAY_HAVE_RUN, "the connection ended within the answer");
  }

  /// False after the last chunk.
  private boolean nextChunk() throws IOException {
    if (started && !line().isEmpty()) {
      throw notAChunk();
    }
    started = true;
    var line = line();
    var end = line.indexOf(';');
    var size = (end < 0 ? line : line.substring(0, end)).strip();
    if (!SIZE.matcher(size).matches()) {
      throw notAChunk();
    }
    left = Long.parseLong(size, 16);
    if (left > 0) {
      return true;
    }
    for (var trailers = 0; !line().isEmpty(); trailers++) {
      if (trailers == TRAILERS_MAX) {
        throw notAChunk();
      }
    }
    done = true;
    return false;
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    while (true) {
      var next = wire.read(patience, Patience.Phase.BODY);
      if (next < 0) {
        throw cut();
      }
      if (next == '\n') {
        return line.toString().stripTrailing();
      }
      if (line.length() == CHUNK_LINE_CHARS_MAX) {
        throw notAChunk();
      }
      line.append((char) next);
    }
  }

  private static CallException notAChunk() {
    return CallException.of(
        Reason.MALFORMED, Effect.MAY_HAVE_RUN, "a body in chunks that are not valid");
  }
}
