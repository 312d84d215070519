package dev.sluice.testkit.aws;

import dev.sluice.testkit.answer.Event;
import dev.sluice.testkit.script.SseFlavour;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;

/// One message of `application/vnd.amazon.eventstream`: lengths and their checksum, headers,
/// payload, and a checksum of it all.
@SuppressWarnings("ArrayRecordComponent") // Written once, read by nobody but the encoder.
public record EventFrame(List<Text> headers, byte[] payload) implements Event {

  /// A header whose value is text; the services whose answers we simulate write no other.
  public record Text(String name, String value) {}

  private static final int PRELUDE_BYTES = 12;
  private static final int CHECKSUM_BYTES = 4;
  private static final byte TYPE_TEXT = 7;

  public EventFrame {
    headers = List.copyOf(headers);
  }

  /// An event of that type.
  public static EventFrame event(String type, byte[] json) {
    return of(new Text(":event-type", type), "event", json);
  }

  /// A modelled exception, which ends the stream.
  public static EventFrame exception(String type, byte[] json) {
    return of(new Text(":exception-type", type), "exception", json);
  }

  private static EventFrame of(Text type, String messageType, byte[] json) {
    return new EventFrame(
        List.of(
            type,
            new Text(":content-type", "application/json"),
            new Text(":message-type", messageType)),
        json);
  }

  @Override
  public byte[] write(SseFlavour flavour) {
    return encode();
  }

  public byte[] encode() {
    var lines = new ArrayList<byte[]>();
    for (var header : headers) {
      lines.add(encode(header));
    }
    var headerBytes = lines.stream().mapToInt(line -> line.length).sum();
    var frame = ByteBuffer.allocate(PRELUDE_BYTES + headerBytes + payload.length + CHECKSUM_BYTES);
    frame.putInt(frame.capacity()).putInt(headerBytes);
    frame.putInt(checksum(frame.array(), frame.position()));
    lines.forEach(frame::put);
    frame.put(payload);
    frame.putInt(checksum(frame.array(), frame.position()));
    return frame.array();
  }

  private static byte[] encode(Text header) {
    var name = header.name().getBytes(StandardCharsets.UTF_8);
    var value = header.value().getBytes(StandardCharsets.UTF_8);
    var line = ByteBuffer.allocate(1 + name.length + 1 + Short.BYTES + value.length);
    line.put((byte) name.length).put(name);
    line.put(TYPE_TEXT).putShort((short) value.length).put(value);
    return line.array();
  }

  private static int checksum(byte[] frame, int length) {
    var crc = new CRC32();
    crc.update(frame, 0, length);
    return (int) crc.getValue();
  }
}
