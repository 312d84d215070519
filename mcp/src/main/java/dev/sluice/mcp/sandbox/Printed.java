package dev.sluice.mcp.sandbox;

import dev.sluice.mcp.sandbox.engine.Host.Body;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;

/// What a run has printed so far: its beginning, and how much more there was. Written by the run's
/// thread, read when it is over.
final class Printed {
  private final StringBuilder kept = new StringBuilder();
  private final long bytesMax;
  private long keptBytes;
  private long leftOutBytes;

  Printed(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /// One more line. Once something is left out, so is all that follows: it is counted, not read.
  synchronized void add(Body line) {
    long bytes = line.bytes() + 1L;
    long room = leftOutBytes > 0 ? 0 : bytesMax - keptBytes;
    if (bytes <= room) {
      kept.append(line.text()).append('\n');
      keptBytes += bytes;
      return;
    }
    var beginning = room > 1 ? line.text(room - 1) : "";
    leftOutBytes += bytes;
    if (!beginning.isEmpty()) {
      long more = beginning.getBytes(StandardCharsets.UTF_8).length + 1L;
      kept.append(beginning).append('\n');
      keptBytes += more;
      leftOutBytes -= more;
    }
  }

  /// What there is to read of it.
  String text() {
    return text(bytesMax);
  }

  /// The same within so many bytes, with a note of what is left out.
  synchronized String text(long most) {
    var beginning = beginning(most);
    long left = leftOutBytes + keptBytes - beginning.getBytes(StandardCharsets.UTF_8).length;
    return left == 0 ? beginning : beginning + note(left, beginning.isEmpty());
  }

  private String beginning(long most) {
    if (keptBytes <= most) {
      return kept.toString();
    }
    var bytes = ByteBuffer.wrap(new byte[(int) Math.max(0, most)]);
    var chars = CharBuffer.wrap(kept);
    // It stops at the first character that has no room.
    var _ = StandardCharsets.UTF_8.newEncoder().encode(chars, bytes, true);
    var beginning = kept.substring(0, chars.position());
    return beginning.isEmpty() || beginning.endsWith("\n") ? beginning : beginning + "\n";
  }

  private String note(long left, boolean all) {
    return "(%d %sbytes were printed and are left out: %d are allowed of what a program prints and"
            .formatted(left, all ? "" : "more ", bytesMax)
        + " returns. Print only what you need to read.)\n";
  }
}
