package dev.sluice.wire.bedrock;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;

/// Takes an AWS event stream (`application/vnd.amazon.eventstream`) apart, cut anywhere.
///
/// A frame is a prelude (its length, the length of its headers, a checksum of the two), headers, a
/// payload, and a checksum of all before. Not thread-safe.
public final class EventStream {

  /// The most that AWS writes in one frame.
  public static final int FRAME_BYTES_MAX = 24 << 20;

  private static final int HEADERS_BYTES_MAX = 128 << 10;
  private static final int PRELUDE_BYTES = 12;
  private static final int CHECKSUM_BYTES = 4;

  private byte[] frame = new byte[1024];
  private int frameBytes;

  /// Of the prelude, and once that is there, of the frame.
  private int wantedBytes = PRELUDE_BYTES;

  private boolean broken;

  /// The frames that are whole now.
  public List<Frame> read(byte[] part, int offset, int length) {
    var frames = new ArrayList<Frame>();
    int at = offset;
    int end = offset + length;
    while (at < end && !broken) {
      int taken = Math.min(end - at, wantedBytes - frameBytes);
      keep(part, at, taken);
      at += taken;
      if (frameBytes == PRELUDE_BYTES && wantedBytes == PRELUDE_BYTES) {
        readPrelude(frames);
      } else if (frameBytes == wantedBytes) {
        readFrame(frames);
      }
    }
    return frames;
  }

  /// The stream has ended.
  public List<Frame> end() {
    var frames = new ArrayList<Frame>();
    if (frameBytes > 0 && !broken) {
      breakOff(frames, "the stream ends at byte " + frameBytes + " of a frame");
    }
    return frames;
  }

  /// Of a frame that has not come to its end: all of it, where its length is told.
  public long heldBytes() {
    return frameBytes == 0 || broken ? 0 : Math.max(frameBytes, wantedBytes);
  }

  /// Grows with what came, not with what a prelude claims.
  private void keep(byte[] part, int offset, int length) {
    if (frameBytes + length > frame.length) {
      frame = Arrays.copyOf(frame, Math.max(2 * frame.length, frameBytes + length));
    }
    System.arraycopy(part, offset, frame, frameBytes, length);
    frameBytes += length;
  }

  private void readPrelude(List<Frame> frames) {
    var prelude = ByteBuffer.wrap(frame, 0, PRELUDE_BYTES);
    int total = prelude.getInt();
    int headers = prelude.getInt();
    int rest = total - PRELUDE_BYTES - CHECKSUM_BYTES;
    if (prelude.getInt() != checksum(PRELUDE_BYTES - CHECKSUM_BYTES)) {
      breakOff(frames, "a frame whose prelude does not match its checksum");
    } else if (total < 0 || total > FRAME_BYTES_MAX) {
      breakOff(
          frames, "a frame of " + total + " bytes (expected: at most " + FRAME_BYTES_MAX + ")");
    } else if (headers < 0 || headers > Math.min(rest, HEADERS_BYTES_MAX)) {
      breakOff(frames, "headers of " + headers + " bytes in a frame of " + total + " bytes");
    } else {
      wantedBytes = total;
    }
  }

  private void readFrame(List<Frame> frames) {
    int checked = frameBytes - CHECKSUM_BYTES;
    var whole = ByteBuffer.wrap(frame, 0, frameBytes);
    if (whole.getInt(checked) != checksum(checked)) {
      breakOff(frames, "a frame that does not match its checksum");
      return;
    }
    int payloadStart = PRELUDE_BYTES + whole.getInt(Integer.BYTES);
    var headers = headers(whole.slice(PRELUDE_BYTES, payloadStart - PRELUDE_BYTES));
    var payload = Arrays.copyOfRange(frame, payloadStart, checked);
    frameBytes = 0;
    wantedBytes = PRELUDE_BYTES;
    var read = frame(headers, payload);
    broken = !(read instanceof Frame.Event);
    frames.add(read);
  }

  private static Frame frame(Map<String, String> headers, byte[] payload) {
    var type = headers.getOrDefault(":message-type", "");
    return switch (type) {
      case "event" -> new Frame.Event(headers.getOrDefault(":event-type", ""), payload);
      case "exception" -> new Frame.Thrown(headers.getOrDefault(":exception-type", ""), payload);
      case "error" ->
          new Frame.Failure(
              headers.getOrDefault(":error-code", ""), headers.getOrDefault(":error-message", ""));
      default ->
          new Frame.Broken("a frame of type '" + type + "' (expected: event, exception or error)");
    };
  }

  /// The headers that are text. What cannot be read has no type, and breaks the stream.
  private static Map<String, String> headers(ByteBuffer bytes) {
    var headers = new HashMap<String, String>();
    try {
      while (bytes.hasRemaining()) {
        var name = text(bytes, bytes.get() & 0xFF);
        switch (bytes.get()) {
          case 0, 1 -> {
            // True or false, and no bytes.
          }
          case 2 -> skip(bytes, Byte.BYTES);
          case 3 -> skip(bytes, Short.BYTES);
          case 4 -> skip(bytes, Integer.BYTES);
          case 5, 8 -> skip(bytes, Long.BYTES); // a number or an instant
          case 6 -> skip(bytes, bytes.getShort() & 0xFFFF);
          case 7 -> headers.put(name, text(bytes, bytes.getShort() & 0xFFFF));
          case 9 -> skip(bytes, 2 * Long.BYTES); // a UUID
          default -> {
            return Map.of();
          }
        }
      }
      return headers;
    } catch (BufferUnderflowException _) {
      return Map.of();
    }
  }

  private static String text(ByteBuffer bytes, int length) {
    int start = bytes.position();
    skip(bytes, length);
    return new String(bytes.array(), bytes.arrayOffset() + start, length, StandardCharsets.UTF_8);
  }

  private static void skip(ByteBuffer bytes, int length) {
    if (length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    bytes.position(bytes.position() + length);
  }

  private int checksum(int length) {
    var crc = new CRC32();
    crc.update(frame, 0, length);
    return (int) crc.getValue();
  }

  private void breakOff(List<Frame> frames, String problem) {
    broken = true;
    frames.add(new Frame.Broken(problem));
  }
}
