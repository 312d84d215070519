package dev.sluice.wire.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a client gets of Claude's events in Bedrock's frames.
final class InvokeDecoderTest {

  private static final String START =
      """
      {"type":"message_start","message":{"id":"msg_bdrk_01","usage":{"input_tokens":9}}}""";
  private static final String DELTA =
      """
      {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüße \\u00e9"}}""";
  private static final String METRICS =
      """
      "amazon-bedrock-invocationMetrics":{"inputTokenCount":9,"nested":{"a":[1,"}"]}}""";

  private static final byte[] STREAM =
      Frames.concat(
          Frames.chunk(START),
          Frames.chunk(DELTA),
          Frames.chunk("{\"type\":\"message_stop\"," + METRICS + "}"));

  private static final String EVENTS =
      "event: message_start\ndata: "
          + START
          + "\n\n"
          + "event: content_block_delta\ndata: "
          + DELTA
          + "\n\n"
          + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

  private static String read(InvokeDecoder decoder, byte[] stream, int cut) {
    var events = new ByteArrayOutputStream();
    events.writeBytes(decoder.read(stream, 0, cut));
    events.writeBytes(decoder.read(stream, cut, stream.length - cut));
    events.writeBytes(decoder.end());
    return events.toString(StandardCharsets.UTF_8);
  }

  private static String read(byte[] stream) {
    return read(new InvokeDecoder(), stream, stream.length);
  }

  @Test
  void a_frame_whose_length_is_told_is_held_whole() {
    var frame = Frames.chunk(DELTA);
    var decoder = new InvokeDecoder();
    decoder.read(frame, 0, 5);
    assertThat(decoder.heldBytes()).isPositive();
    decoder.read(frame, 5, 20);
    assertThat(decoder.heldBytes()).isEqualTo(frame.length);
    decoder.read(frame, 25, frame.length - 25);
    assertThat(decoder.heldBytes()).isZero();
  }

  @Test
  void hands_on_what_claude_wrote_and_nothing_of_bedrock() {
    var decoder = new InvokeDecoder();
    assertThat(read(decoder, STREAM, STREAM.length)).isEqualTo(EVENTS);
    assertThat(decoder.failure()).isNull();
  }

  @Test
  void hands_on_the_same_wherever_it_is_cut() {
    for (int cut = 0; cut <= STREAM.length; cut++) {
      assertThat(read(new InvokeDecoder(), STREAM, cut)).as("cut at %d", cut).isEqualTo(EVENTS);
    }
  }

  @Test
  void finds_the_metrics_wherever_they_stand() {
    var type = "\"type\":\"message_stop\"";
    for (var json :
        List.of(
            "{" + METRICS + "," + type + "}",
            "{" + METRICS + "  ,  " + type + "}",
            "{" + type + " , " + METRICS + " }",
            "{\"a\":1,\"b\":\"x\"," + METRICS + "," + type + "}",
            "{" + type + ",\"amazon-bedrock-invocationMetrics\":\"text\"}",
            "{" + type + ",\"amazon-bedrock-invocationMetrics\":12}")) {
      assertThat(read(Frames.chunk(json)))
          .as(json)
          .startsWith("event: message_stop\ndata: {")
          .endsWith("}\n\n")
          .contains(type)
          .doesNotContain("amazon", ",}", "{,");
    }
  }

  @Test
  void an_event_of_several_lines_becomes_one_line() {
    assertThat(read(Frames.chunk("{\n \"type\":\r\n\"message_stop\"\n}")))
        .isEqualTo("event: message_stop\ndata: {  \"type\":  \"message_stop\" }\n\n");
  }

  @ParameterizedTest
  @CsvSource({
    "throttlingException, rate_limit_error",
    "modelStreamErrorException, api_error",
    "internalServerException, api_error",
    "modelTimeoutException, timeout_error",
    "serviceUnavailableException, overloaded_error",
    "somethingNewException, api_error",
  })
  void an_exception_becomes_an_error_whose_words_stay_here(String exception, String type) {
    var decoder = new InvokeDecoder();
    var thrown = Frames.exception(exception, "{\"message\":\"account 123456789012\"}");
    var stream = Frames.concat(Frames.chunk(START), thrown, Frames.chunk(DELTA));
    assertThat(read(decoder, stream, stream.length))
        .isEqualTo(
            "event: message_start\ndata: "
                + START
                + "\n\n"
                + "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\""
                + type
                + "\",\"message\":\"The provider of the model failed.\"}}\n\n");
    assertThat(Objects.requireNonNull(decoder.failure()).message()).contains("account");
  }

  @Test
  void the_client_is_told_the_words_that_it_recovers_by() {
    var words = "{\"message\":\"The model returned the following errors: Input is too long.\"}";
    assertThat(read(Frames.exception("validationException", words)))
        .contains("\"type\":\"invalid_request_error\",\"message\":\"Input is too long.\"");
  }

  @Test
  void an_overload_of_the_model_behind_the_service_is_told_as_one() {
    var words = "{\"message\":\"busy\",\"originalStatusCode\":529}";
    assertThat(read(Frames.exception("modelStreamErrorException", words)))
        .contains("overloaded_error");
  }

  @Test
  void a_stream_that_is_cut_ends_with_an_error() {
    int stop = Frames.concat(Frames.chunk(START), Frames.chunk(DELTA)).length;
    for (int cut = 0; cut < STREAM.length; cut++) {
      var events = read(Arrays.copyOf(STREAM, cut));
      assertThat(events).as("cut at %d", cut).contains("event: error\n").endsWith("}}\n\n");
      assertThat(events.contains("content_block_delta")).isEqualTo(cut >= stop);
    }
  }

  @Test
  void an_error_of_claude_itself_is_the_last_event() {
    var error = "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\"}}";
    assertThat(read(Frames.concat(Frames.chunk(error), Frames.chunk(DELTA))))
        .isEqualTo("event: error\ndata: " + error + "\n\n");
  }

  @Test
  void whatever_comes_becomes_whole_events() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      var event = ("{\"type\":\"message_stop\"," + METRICS + "}").getBytes(StandardCharsets.UTF_8);
      for (int i = random.nextInt(3); i >= 0; i--) {
        event[random.nextInt(event.length)] = (byte) random.nextInt(32, 127);
      }
      var stream =
          random.nextBoolean()
              ? Frames.chunk(new String(event, StandardCharsets.UTF_8))
              : Frames.event("chunk", new String(event, StandardCharsets.UTF_8));
      var events = read(stream);
      assertThat(events)
          .as("seed %d, round %d: %s", seed, round, new String(event, StandardCharsets.UTF_8))
          .startsWith("event: ")
          .endsWith("\n\n");
    }
  }
}
