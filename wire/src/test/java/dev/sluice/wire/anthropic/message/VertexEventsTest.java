package dev.sluice.wire.anthropic.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class VertexEventsTest {

  private static final String CLAUDES =
      """
      event: message_start
      data: {"type":"message_start","message":{"id":"m","usage":{"input_tokens":5}}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"é\\n"}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private static final String ADDED =
      """
      event: vertex_event
      data: {"type":"vertex_event","usage":{"input_tokens":5}}

      """;

  private static final byte[] STREAM =
      CLAUDES
          .replace("event: content_block_delta", ADDED + "event: content_block_delta")
          .getBytes(StandardCharsets.UTF_8);

  private static String read(byte[] bytes, int cut) {
    var events = new VertexEvents();
    var first = events.read(bytes, 0, cut);
    var second = events.read(bytes, cut, bytes.length - cut);
    return text(first) + text(second) + text(events.end());
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @Test
  void what_google_adds_is_left_out_wherever_the_stream_is_cut_in_parts() {
    for (int cut = 0; cut <= STREAM.length; cut++) {
      assertThat(read(STREAM, cut)).isEqualTo(CLAUDES);
    }
  }

  @Test
  void a_stream_that_ends_early_ends_with_an_error() {
    for (int length = 0; length < STREAM.length - 2; length++) {
      var part = java.util.Arrays.copyOf(STREAM, length);
      assertThat(read(part, length))
          .endsWith("\n\n")
          .satisfiesAnyOf(
              text -> assertThat(text).contains("event: error\n", "ended too early"),
              text -> assertThat(text).isEqualTo(CLAUDES));
    }
  }

  @Test
  void a_last_line_with_a_number_that_no_parser_takes_ends_with_an_error() {
    var line = "event: content_block_delta\ndata: {\"index\":1.5e93999999999}";
    var bytes = line.getBytes(StandardCharsets.UTF_8);
    assertThat(read(bytes, bytes.length)).contains("event: error\n", "ended too early");
  }

  @Test
  void nothing_follows_the_last_event() {
    var twice = (CLAUDES + CLAUDES).getBytes(StandardCharsets.UTF_8);
    assertThat(read(twice, twice.length)).isEqualTo(CLAUDES);
  }
}
