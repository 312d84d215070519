package dev.sluice.wire.anthropic.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.price.Tokens;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.wire.anthropic.UsageMerge;
import dev.sluice.wire.anthropic.message.AnswerEncoder.Reply;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.Seal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class WholeEncoderTest {

  private static JsonNode encode(List<AnswerEvent> events) {
    return JsonMapper.shared().readTree(new WholeEncoder(Answers.REPLY).encode(events));
  }

  @Test
  void writes_the_golden_message() {
    var message = new WholeEncoder(Answers.REPLY).encode(Answers.full());
    Golden.check("answer/full.json", new String(message, StandardCharsets.UTF_8));
  }

  @Test
  void writes_searches_and_citations() {
    var message = new WholeEncoder(Answers.REPLY).encode(Answers.searched());
    Golden.check("answer/searched.json", new String(message, StandardCharsets.UTF_8));
  }

  @Test
  void writes_all_at_the_end() {
    var encoder = new WholeEncoder(Answers.REPLY);
    var events = Answers.full();
    for (var event : events.subList(0, events.size() - 1)) {
      assertThat(encoder.encode(List.of(event))).isEmpty();
    }
    assertThat(encoder.encode(List.of(events.getLast())))
        .isEqualTo(new WholeEncoder(Answers.REPLY).encode(events));
    assertThat(encoder.encode(events)).isEmpty();
  }

  @Test
  void an_answer_of_anthropic_stays_the_same() {
    var recorded =
        RecordedTraffic.responses().stream()
            .filter(response -> response.name().equals("tool-use-nonstream.json"))
            .findFirst()
            .orElseThrow();
    var original = JsonMapper.shared().readTree(recorded.body());
    var reply = new Reply("claude-opus-5-5", "req-7", Seal.ANTHROPIC);
    var sent = new WholeEncoder(reply).encode(events(original));
    assertThat(JsonMapper.shared().writeValueAsString(original).replaceAll(",\"service.*", ""))
        .isEqualTo(new String(sent, StandardCharsets.UTF_8).replaceAll("}}$", ""));
    assertThat(usage(sent)).isEqualTo(usage(recorded.body()));
  }

  private static Tokens usage(byte[] message) {
    var usage = JsonMapper.shared().readTree(message).path("usage");
    var merge = new UsageMerge().whole(usage.toString());
    assertThat(merge.finished()).isTrue();
    return merge.tokens();
  }

  private static List<AnswerEvent> events(JsonNode message) {
    var events = new ArrayList<AnswerEvent>();
    events.add(new Begun(message.path("id").stringValue(), "x", Tokens.NONE));
    for (var block : message.path("content")) {
      if (block.path("type").stringValue().equals("text")) {
        events.add(new TextOpened());
        events.add(new TextGrown(block.path("text").stringValue()));
      } else {
        events.add(
            new AnswerEvent.ToolUseOpened(
                block.path("id").stringValue(), block.path("name").stringValue()));
        events.add(new AnswerEvent.InputGrown(block.path("input").toString()));
      }
      events.add(new Closed());
    }
    events.add(
        new Ended(StopReason.TOOL_USE, null, new Tokens(3, 25, 14_000, 1_000, 200, 0), null));
    return events;
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          {"a":1.10,"b":1e400} | {"a":1.10,"b":1E+400}
          {"a":1e99999999999}  | {"INVALID_JSON":"{\\"a\\":1e99999999999}"}
          ``                   | {}
          null                 | {}
          [1]                  | {"INVALID_JSON":"[1]"}
          {"a":1               | {"INVALID_JSON":"{\\"a\\":1"}
          {"a":1}{"b":2}       | {"INVALID_JSON":"{\\"a\\":1}{\\"b\\":2}"}
          {'a':1}              | {"INVALID_JSON":"{'a':1}"}
          """)
  void an_input_is_always_an_object(String written, String told) {
    var message = new WholeEncoder(Answers.REPLY).encode(Answers.call(written));
    assertThat(new String(message, StandardCharsets.UTF_8))
        .contains("\"name\":\"Read\",\"input\":" + told + "}");
  }

  @Test
  void an_answer_without_usage_reports_none() {
    var begun = new Begun("id", "m", Answers.TOKENS);
    var usage =
        encode(List.of(begun, new Ended(StopReason.END_TURN, null, null, null))).path("usage");
    assertThat(new UsageMerge().whole(usage.toString()).finished()).isFalse();
  }

  @Test
  void a_failure_is_the_errors_body() {
    var error = new ProviderError(ProviderError.Kind.INVALID_REQUEST, "tools.0: too many");
    var sent = encode(List.of(new Begun("id", "m", Tokens.NONE), new Failed(error)));
    assertThat(sent.toString())
        .isEqualTo(
            "{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":"
                + "\"tools.0: too many\"},\"request_id\":\"req-7\"}");
  }

  @Test
  void an_answer_without_an_end_is_given_up() {
    var encoder = new WholeEncoder(Answers.REPLY);
    encoder.encode(List.of(new Begun("id", "m", Tokens.NONE), new TextOpened()));
    var megabyte = new TextGrown("x".repeat(1 << 20));
    byte[] sent = {};
    for (int i = 0; i <= WholeEncoder.ANSWER_CHARS_MAX >> 20 && sent.length == 0; i++) {
      sent = encoder.encode(List.of(megabyte));
    }
    assertThat(new String(sent, StandardCharsets.UTF_8)).contains("\"type\":\"api_error\"");
    assertThat(encoder.encode(List.of(megabyte))).isEmpty();
  }
}
