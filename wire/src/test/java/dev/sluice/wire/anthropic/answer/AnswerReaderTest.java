package dev.sluice.wire.anthropic.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.anthropic.Visible;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers as they arrive: cut anywhere, written in any way.
final class AnswerReaderTest {

  private static final String ANSWER =
      """
      event: message_start
      data: {"type":"message_start","message":{"usage":{"input_tokens":9,"output_tokens":1}}}

      event: ping
      data: {"type":"ping"}

      event: content_block_start
      data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"","estimated_tokens":50}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"estimated_tokens":100,"type":"thinking_delta","thinking":""}}

      event: content_block_delta
      data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"c2lnbmVk"}}

      event: content_block_stop
      data: {"type":"content_block_stop","index":0}

      : a comment
      event: content_block_delta
      data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"The \\"first\\" words, caf\\u00e9 数字.\\n"}}

      event: content_block_delta
      data: {"type": "content_block_delta", "delta": {"partial_json": "{\\"path\\":", "type": "input_json_delta"}}

      event: message_delta
      data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":90}}

      event: message_stop
      data: {"type":"message_stop"}

      """;

  private static final int MESSAGE_DELTA = ANSWER.indexOf("event: message_delta");

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Visible whole(String answer) {
    var reader = new AnswerReader();
    var all = bytes(answer);
    assertThat(reader.read(all, 0, all.length)).isEqualTo(all.length);
    assertThat(reader.finished()).isTrue();
    return reader.visible();
  }

  @Test
  void counts_what_the_meter_inside_envoy_counts() {
    var visible = whole(ANSWER);
    assertThat(visible.text()).isEqualTo(14 + 5);
    assertThat(visible.thinking()).isZero();
    assertThat(visible.signature()).isEqualTo(8);
    assertThat(visible.largest()).isEqualTo(14);
    assertThat(visible.open()).isEqualTo(-1);
    assertThat(visible.bytes()).isEqualTo(bytes(ANSWER).length);
  }

  @Test
  void counts_the_same_wherever_it_is_cut() {
    var whole = whole(ANSWER);
    var all = bytes(ANSWER);
    for (int cut = 0; cut <= all.length; cut++) {
      var reader = new AnswerReader();
      int first = reader.read(all, 0, cut);
      assertThat(first == 0 || endsAnEvent(all, first)).as("at %d", cut).isTrue();
      reader.read(all, cut, all.length - cut);
      assertThat(reader.visible()).as("at %d", cut).isEqualTo(whole);
    }
  }

  private static boolean endsAnEvent(byte[] all, int at) {
    return all[at - 1] == '\n' && all[at - 2] == '\n';
  }

  @Test
  void counts_the_same_byte_by_byte_and_with_other_line_ends() {
    var lines = ANSWER.replace("\n", "\r\n");
    var all = bytes(lines);
    var reader = new AnswerReader();
    int events = 0;
    for (int i = 0; i < all.length; i++) {
      events += reader.read(all, i, 1);
    }
    assertThat(events).isEqualTo(11);
    assertThat(reader.visible().content()).isEqualTo(whole(ANSWER).content());
    assertThat(reader.finished()).isTrue();
  }

  @Test
  void is_finished_once_the_answer_tells_why_it_stopped() {
    var reader = new AnswerReader();
    var all = bytes(ANSWER);
    reader.read(all, 0, bytes(ANSWER.substring(0, MESSAGE_DELTA)).length);
    assertThat(reader.finished()).isFalse();
    var delta = bytes(ANSWER.substring(MESSAGE_DELTA, ANSWER.indexOf("event: message_stop")));
    reader.read(delta, 0, delta.length);
    assertThat(reader.finished()).isTrue();
    assertThat(reader.ended()).isFalse();
  }

  @Test
  void has_ended_with_an_error_too() {
    var reader = new AnswerReader();
    var failed = bytes("event: error\ndata: {\"type\":\"error\",\"error\":{}}\n\n");
    reader.read(failed, 0, failed.length);
    assertThat(reader.finished()).isTrue();
    assertThat(reader.ended()).isTrue();
  }

  @Test
  void tells_thinking_out_of_sight_while_it_goes_on() {
    var reader = new AnswerReader();
    var until =
        bytes(
            ANSWER.substring(
                0,
                ANSWER.indexOf(
                    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature")));
    reader.read(until, 0, until.length);
    assertThat(reader.visible().open()).isEqualTo(150);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"type\":", "no JSON", "{\"delta\":{\"text\":\"unfinished"})
  void what_cannot_be_read_counts_by_its_bytes(String data) {
    var reader = new AnswerReader();
    var event = bytes("event: content_block_delta\ndata: " + data + "\n\n");
    reader.read(event, 0, event.length);
    assertThat(reader.visible().text()).isEqualTo(data.length());
  }

  @Test
  void a_line_without_end_is_not_kept_but_counted() {
    var reader = new AnswerReader();
    var start = bytes("event: content_block_delta\ndata: {\"delta\":{\"text\":\"");
    reader.read(start, 0, start.length);
    var more = bytes("word ".repeat(100_000));
    reader.read(more, 0, more.length);
    var end = bytes("\"}}\n\n");
    assertThat(reader.read(end, 0, end.length)).isEqualTo(end.length);
    assertThat(reader.visible().text()).isGreaterThanOrEqualTo(more.length);
  }

  @ParameterizedTest
  @CsvSource({
    "word, 1",
    "two words, 2",
    "extraordinarily, 3",
    "1234567, 3",
    "'a,b', 3",
    "'----', 1",
    "'-----', 2",
    "数字, 2",
  })
  void counts_pieces(String text, long pieces) {
    var json = bytes(text + "\" and more");
    assertThat(Pieces.of(json, 0, json.length)).isEqualTo(pieces);
  }
}
