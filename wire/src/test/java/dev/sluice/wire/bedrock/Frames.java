package dev.sluice.wire.bedrock;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;

/// Writes event streams as AWS does.
final class Frames {

  private Frames() {}

  static byte[] event(String type, String json) {
    return frame(headers(":event-type", type, ":message-type", "event"), utf8(json));
  }

  static byte[] exception(String type, String json) {
    return frame(headers(":exception-type", type, ":message-type", "exception"), utf8(json));
  }

  /// An event of Claude's, as InvokeModel hands it on.
  static byte[] chunk(String event) {
    var base64 = Base64.getEncoder().encodeToString(utf8(event));
    return event("chunk", "{\"bytes\":\"" + base64 + "\",\"p\":\"abcdef\"}");
  }

  static byte[] headers(String... namesAndValues) {
    var headers = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      var name = utf8(namesAndValues[i]);
      var value = utf8(namesAndValues[i + 1]);
      headers.write(name.length);
      headers.writeBytes(name);
      headers.write(7);
      headers.writeBytes(ByteBuffer.allocate(2).putShort((short) value.length).array());
      headers.writeBytes(value);
    }
    return headers.toByteArray();
  }

  static byte[] frame(byte[] headers, byte[] payload) {
    var frame = ByteBuffer.allocate(16 + headers.length + payload.length);
    frame.putInt(frame.capacity()).putInt(headers.length);
    frame.putInt(checksum(frame)).put(headers).put(payload).putInt(checksum(frame));
    return frame.array();
  }

  static byte[] concat(byte[]... parts) {
    var whole = new ByteArrayOutputStream();
    Arrays.stream(parts).forEach(whole::writeBytes);
    return whole.toByteArray();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static int checksum(ByteBuffer bytes) {
    var crc = new CRC32();
    crc.update(bytes.array(), 0, bytes.position());
    return (int) crc.getValue();
  }
}
