package dev.sluice.bench.upstream;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The bytes of the answers: an event stream as the provider sends it, in chunks.
final class EventStream {
  /// Marks the send time within a delta's text: nineteen digits follow.
  static final String STAMP = "@";

  static final int STAMP_DIGITS = 19;

  private static final String HEAD =
      """
      HTTP/1.1 200 OK\r
      content-type: text/event-stream; charset=utf-8\r
      cache-control: no-cache\r
      request-id: req_011CV5bench\r
      anthropic-organization-id: 00000000-0000-0000-0000-000000000000\r
      anthropic-ratelimit-requests-limit: 4000\r
      anthropic-ratelimit-requests-remaining: 3999\r
      transfer-encoding: chunked\r
      \r
      """;

  private static final String START =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"msg_bench","type":"message",\
      "role":"assistant","model":"claude-opus-5-5","content":[],"stop_reason":null,\
      "stop_sequence":null,"usage":{"input_tokens":3,"cache_creation_input_tokens":1200,\
      "cache_read_input_tokens":14000,"cache_creation":{"ephemeral_5m_input_tokens":1000,\
      "ephemeral_1h_input_tokens":200},"output_tokens":1,"service_tier":"standard"}}}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

      event: ping
      data: {"type":"ping"}

      """;

  private static final String DELTA =
      """
      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"%s"}}

      """;

  private static final String STOP =
      """
      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},\
      "usage":{"input_tokens":3,"cache_creation_input_tokens":1200,\
      "cache_read_input_tokens":14000,"output_tokens":%d}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private EventStream() {}

  /// Head and opening events.
  static byte[] opening() {
    return concat(HEAD.getBytes(StandardCharsets.ISO_8859_1), chunk(START));
  }

  /// One delta whose text is a piece of prose.
  static byte[] delta() {
    return chunk(String.format(Locale.ROOT, DELTA, "A normal answer of t"));
  }

  /// One delta whose text is a send time, to be written over at `stampAt`.
  static byte[] stamped() {
    return chunk(String.format(Locale.ROOT, DELTA, STAMP + "0".repeat(STAMP_DIGITS)));
  }

  /// The closing events and the end of the chunks.
  static byte[] closing(Answer answer) {
    byte[] stop = chunk(String.format(Locale.ROOT, STOP, answer.deltas() * 5));
    return concat(stop, "0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
  }

  /// The whole answer in one piece.
  static byte[] whole(Answer answer) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(opening());
    for (int i = 0; i < answer.deltas(); i++) {
      bytes.writeBytes(delta());
    }
    bytes.writeBytes(closing(answer));
    return bytes.toByteArray();
  }

  /// The length of the body of an answer, without head and chunk framing.
  static long bodyBytes(Answer answer) {
    String delta =
        answer == Answer.PACED ? STAMP + "0".repeat(STAMP_DIGITS) : "A normal answer of t";
    long deltaBytes = String.format(Locale.ROOT, DELTA, delta).length();
    long stopBytes = String.format(Locale.ROOT, STOP, answer.deltas() * 5).length();
    return START.length() + answer.deltas() * deltaBytes + stopBytes;
  }

  private static byte[] chunk(String events) {
    String framed = Integer.toHexString(events.length()) + "\r\n" + events + "\r\n";
    return framed.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] concat(byte[] left, byte[] right) {
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(left);
    bytes.writeBytes(right);
    return bytes.toByteArray();
  }
}
