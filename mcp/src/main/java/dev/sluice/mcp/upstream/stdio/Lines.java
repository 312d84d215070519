package dev.sluice.mcp.upstream.stdio;

import dev.sluice.mcp.rpc.RpcId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads lines of bytes. Of one that is too long nothing is kept but its start and its end, where
/// the id of the answer is.
final class Lines {

  /// What a line was.
  sealed interface Line {}

  /// A whole line without its end.
  @SuppressWarnings("ArrayRecordComponent") // Handed on, and written by nobody.
  record Whole(byte[] bytes) implements Line {}

  /// A line that was too long.
  record TooLong(Optional<RpcId> id) implements Line {}

  private static final int EDGE_BYTES = 4 * 1024;
  private static final Pattern AT_START =
      Pattern.compile(
          "^\\s*\\{\\s*(?:\"jsonrpc\"\\s*:\\s*\"2.0\"\\s*,\\s*)?\"id\"\\s*:\\s*(\\d{1,18})\\s*,");
  private static final Pattern AT_END =
      Pattern.compile(
          ",\\s*\"id\"\\s*:\\s*(\\d{1,18})\\s*(?:,\\s*\"jsonrpc\"\\s*:\\s*\"2.0\"\\s*)?\\}\\s*$");

  private final InputStream in;
  private final int lineBytesMax;
  private final byte[] buffer = new byte[32 * 1024];
  private int from;
  private int to;

  Lines(InputStream in, int lineBytesMax) {
    this.in = in;
    this.lineBytesMax = lineBytesMax;
  }

  /// Empty at the end; what has no line end there is no line.
  Optional<Line> next() throws IOException {
    var line = new ByteArrayOutputStream();
    while (from < to || fill()) {
      var end = from;
      while (end < to && buffer[end] != '\n') {
        end++;
      }
      if (line.size() + end - from > lineBytesMax) {
        line.write(buffer, from, end - from);
        from = end;
        return tooLong(line.toByteArray());
      }
      line.write(buffer, from, end - from);
      from = end;
      if (end < to) {
        from++;
        return Optional.of(new Whole(line.toByteArray()));
      }
    }
    return Optional.empty();
  }

  private Optional<Line> tooLong(byte[] kept) throws IOException {
    var start = Arrays.copyOf(kept, EDGE_BYTES);
    var end = Arrays.copyOfRange(kept, Math.max(0, kept.length - EDGE_BYTES), kept.length);
    while (from < to || fill()) {
      var stop = from;
      while (stop < to && buffer[stop] != '\n') {
        stop++;
      }
      end = tail(end, stop - from);
      from = stop;
      if (stop < to) {
        from++;
        return Optional.of(new TooLong(id(text(start), text(end))));
      }
    }
    return Optional.empty();
  }

  private byte[] tail(byte[] end, int more) {
    var both = Arrays.copyOf(end, end.length + more);
    System.arraycopy(buffer, from, both, end.length, more);
    return Arrays.copyOfRange(both, Math.max(0, both.length - EDGE_BYTES), both.length);
  }

  private static Optional<RpcId> id(String start, String end) {
    for (var match : new java.util.regex.Matcher[] {AT_START.matcher(start), AT_END.matcher(end)}) {
      if (match.find()) {
        return Optional.of(RpcId.of(Long.parseLong(match.group(1))));
      }
    }
    return Optional.empty();
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private boolean fill() throws IOException {
    from = 0;
    to = Math.max(0, in.read(buffer));
    return to > 0;
  }
}
