package dev.sluice.testkit.aws;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A frame as a test reads it, with both checksums checked.
public record ReadFrame(Map<String, String> headers, JsonNode json) {

  public String type() {
    return headers.getOrDefault(":event-type", headers.get(":exception-type"));
  }

  /// All whole frames; a rest that is cut off is left.
  public static List<ReadFrame> all(byte[] stream) {
    var frames = new ArrayList<ReadFrame>();
    var bytes = ByteBuffer.wrap(stream);
    while (bytes.remaining() >= 16 && bytes.remaining() >= bytes.getInt(bytes.position())) {
      var frame = bytes.slice(bytes.position(), bytes.getInt(bytes.position()));
      frames.add(read(frame));
      bytes.position(bytes.position() + frame.capacity());
    }
    return frames;
  }

  private static ReadFrame read(ByteBuffer frame) {
    check(frame, 8);
    check(frame, frame.capacity() - 4);
    var end = 12 + frame.getInt(4);
    var headers = new HashMap<String, String>();
    frame.position(12);
    while (frame.position() < end) {
      var name = text(frame, frame.get());
      if (frame.get() != 7) {
        throw new IllegalStateException(name + ": not a string");
      }
      headers.put(name, text(frame, frame.getShort()));
    }
    var payload = text(frame, frame.capacity() - 4 - end);
    return new ReadFrame(headers, JsonMapper.shared().readTree(payload));
  }

  private static void check(ByteBuffer frame, int at) {
    var crc = new CRC32();
    crc.update(frame.slice(0, at));
    if ((int) crc.getValue() != frame.getInt(at)) {
      throw new IllegalStateException("checksum at " + at);
    }
  }

  private static String text(ByteBuffer frame, int length) {
    var bytes = new byte[length];
    frame.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
