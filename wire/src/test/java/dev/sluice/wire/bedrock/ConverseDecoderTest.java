package dev.sluice.wire.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.conversation.Samples;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
import dev.sluice.wire.translate.AnswerEvent.SealedThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.Signed;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.AnswerEvent.ThinkingGrown;
import dev.sluice.wire.translate.AnswerEvent.ThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.ToolUseOpened;
import dev.sluice.wire.translate.Answers;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ProviderError.Kind;
import dev.sluice.wire.translate.Seal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Answers of Converse, whole and in frames.
final class ConverseDecoderTest {

  private static final String USAGE =
      """
      {"inputTokens":10,"outputTokens":20,"totalTokens":165,"cacheReadInputTokens":30,\
      "cacheWriteInputTokens":105,"cacheDetails":[{"ttl":"1h","inputTokens":100},\
      {"ttl":"5m","inputTokens":5}]}""";

  private static final byte[] STREAM =
      Frames.concat(
          Frames.event("messageStart", "{\"role\":\"assistant\",\"p\":\"abc\"}"),
          delta(0, "{\"reasoningContent\":{\"text\":\"I \"}}"),
          delta(0, "{\"reasoningContent\":{\"text\":\"think.\"}}"),
          delta(0, "{\"reasoningContent\":{\"signature\":\"c2ln\"}}"),
          stop(0),
          delta(1, "{\"reasoningContent\":{\"redactedContent\":\"c2VhbGVk\"}}"),
          stop(1),
          delta(2, "{\"text\":\"\"}"),
          delta(2, "{\"text\":\"Grüße\"}"),
          stop(2),
          start(3, "t1", "fit"),
          delta(3, "{\"toolUse\":{\"input\":\"\"}}"),
          delta(3, "{\"toolUse\":{\"input\":\"{\\\"a\\\":\"}}"),
          delta(3, "{\"toolUse\":{\"input\":\"1}\"}}"),
          stop(3),
          start(4, "t2", "other"),
          stop(4),
          Frames.event("messageStop", "{\"stopReason\":\"tool_use\"}"),
          Frames.event("metadata", "{\"usage\":" + USAGE + ",\"metrics\":{\"latencyMs\":1}}"));

  private static byte[] delta(int index, String delta) {
    return Frames.event(
        "contentBlockDelta", "{\"contentBlockIndex\":" + index + ",\"delta\":" + delta + "}");
  }

  private static byte[] start(int index, String id, String name) {
    return Frames.event(
        "contentBlockStart",
        "{\"contentBlockIndex\":"
            + index
            + ",\"start\":{\"toolUse\":{\"toolUseId\":\""
            + id
            + "\",\"name\":\""
            + name
            + "\"}}}");
  }

  private static byte[] stop(int index) {
    return Frames.event("contentBlockStop", "{\"contentBlockIndex\":" + index + "}");
  }

  private static AnswerDecoder decoder(Family family, boolean stream) {
    return new ConverseTranslator(family).answer(new Expected(stream, Map.of("fit", "a fit tool")));
  }

  private static AnswerDecoder claude() {
    return decoder(Family.CLAUDE, true);
  }

  @Test
  void a_stream_is_told_block_by_block_wherever_it_is_cut() {
    assertThat(Answers.everyWay(ConverseDecoderTest::claude, STREAM))
        .containsExactly(
            new Begun("", "", Tokens.NONE),
            new ThinkingOpened(),
            new ThinkingGrown("I "),
            new ThinkingGrown("think."),
            new Signed("c2ln"),
            new Closed(),
            new SealedThinkingOpened(Seal.seal("bedrock", "c2VhbGVk")),
            new Closed(),
            new TextOpened(),
            new TextGrown("Grüße"),
            new Closed(),
            new ToolUseOpened("t1", "a fit tool"),
            new InputGrown("{\"a\":"),
            new InputGrown("1}"),
            new Closed(),
            new ToolUseOpened("t2", "other"),
            new InputGrown("{}"),
            new Closed(),
            new Ended(
                StopReason.TOOL_USE, null, new Tokens(10, 20, 30, 5, 100, 0), Samples.json(USAGE)));
  }

  @Test
  void an_answer_that_is_no_stream_says_the_same() {
    var answer =
        """
        {"output":{"message":{"role":"assistant","content":[
        {"reasoningContent":{"reasoningText":{"text":"I think.","signature":"c2ln"}}},
        {"text":"Hi."},{"toolUse":{"toolUseId":"t1","name":"fit","input":{"a":[1]}}},
        {"toolUse":{"toolUseId":"t2","name":"x","input":{}}}]}},
        "stopReason":"stop_sequence","additionalModelResponseFields":{"stop_sequence":"END"},
        "usage":%s}"""
            .formatted(USAGE)
            .getBytes(StandardCharsets.UTF_8);
    var tokens = new Tokens(10, 20, 30, 5, 100, 0);
    assertThat(Answers.everyWay(() -> decoder(Family.OTHER, false), answer))
        .containsExactly(
            new Begun("", "", tokens),
            new ThinkingOpened(),
            new ThinkingGrown("I think."),
            new Signed(Seal.seal("bedrock", "c2ln")),
            new Closed(),
            new TextOpened(),
            new TextGrown("Hi."),
            new Closed(),
            new ToolUseOpened("t1", "a fit tool"),
            new InputGrown("{\"a\":[1]}"),
            new Closed(),
            new ToolUseOpened("t2", "x"),
            new InputGrown("{}"),
            new Closed(),
            new Ended(StopReason.STOP_SEQUENCE, "END", tokens, Samples.json(USAGE)));
  }

  @ParameterizedTest
  @CsvSource({
    "end_turn, END_TURN",
    "max_tokens, MAX_TOKENS",
    "guardrail_intervened, REFUSAL",
    "content_filtered, REFUSAL",
    "model_context_window_exceeded, CONTEXT_FULL",
  })
  void tells_why_an_answer_ended(String word, StopReason reason) {
    var stream =
        Frames.concat(
            Frames.event("messageStart", "{}"),
            Frames.event("messageStop", "{\"stopReason\":\"" + word + "\"}"));
    assertThat(Answers.whole(claude(), stream)).endsWith(new Ended(reason, null, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "throttlingException, RATE_LIMIT",
    "modelStreamErrorException, SERVER",
    "serviceUnavailableException, OVERLOADED",
    "validationException, INVALID_REQUEST",
  })
  void an_exception_ends_the_answer(String exception, Kind kind) {
    var stream =
        Frames.concat(
            delta(0, "{\"text\":\"Hi\"}"), Frames.exception(exception, "{\"message\":\"no\"}"));
    var events = Answers.everyWay(ConverseDecoderTest::claude, stream);
    assertThat(events).hasSize(4);
    assertThat(((Failed) events.getLast()).error().kind()).isEqualTo(kind);
  }

  @Test
  void an_answer_that_is_cut_has_failed() {
    int usage =
        Frames.event("metadata", "{\"usage\":" + USAGE + ",\"metrics\":{\"latencyMs\":1}}").length;
    for (int cut = 0; cut < STREAM.length; cut++) {
      var events = Answers.whole(claude(), Arrays.copyOf(STREAM, cut));
      Answers.checkOrder(events);
      // Without its usage an answer is whole, once it has told why it ended.
      assertThat(events.getLast() instanceof Ended)
          .as("cut at %d", cut)
          .isEqualTo(cut >= STREAM.length - usage);
    }
    assertThat(
            Answers.whole(
                decoder(Family.CLAUDE, false), "{\"output\":".getBytes(StandardCharsets.UTF_8)))
        .singleElement()
        .isInstanceOf(Failed.class);
  }

  @Test
  void a_call_that_the_model_spoiled_is_a_failure() {
    var stream = Frames.event("messageStop", "{\"stopReason\":\"malformed_tool_use\"}");
    assertThat(Answers.whole(claude(), stream)).singleElement().isInstanceOf(Failed.class);
  }

  @Test
  void an_answer_longer_than_can_be_kept_has_failed() {
    var decoder = decoder(Family.CLAUDE, false);
    var part = new byte[AnswerDecoder.EVENT_BYTES_MAX];
    assertThat(decoder.read(part, 0, part.length)).isEmpty();
    assertThat(decoder.read(part, 0, 1)).singleElement().isInstanceOf(Failed.class);
    assertThat(decoder.read(part, 0, 1)).isEmpty();
  }

  @Test
  void whatever_comes_keeps_the_order_of_events() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    String[] types = {
      "messageStart",
      "contentBlockStart",
      "contentBlockDelta",
      "contentBlockStop",
      "messageStop",
      "metadata"
    };
    String[] payloads = {
      "{\"start\":{\"toolUse\":{\"name\":\"a\",\"toolUseId\":7}}}",
      "{\"delta\":{\"text\":\"a\",\"toolUse\":{\"input\":\"{}\"}}}",
      "{\"delta\":{\"reasoningContent\":{\"text\":\"a\",\"signature\":\"b\"}}}",
      "{\"stopReason\":\"end_turn\",\"usage\":{\"inputTokens\":-1,\"outputTokens\":9e99}}",
      "{\"usage\":{\"cacheWriteInputTokens\":9223372036854775807,\"cacheDetails\":[{\"ttl\":\"1h\","
          + "\"inputTokens\":9223372036854775807},{\"ttl\":\"1h\",\"inputTokens\":9}]}}",
    };
    for (int round = 0; round < 20_000; round++) {
      var stream = new byte[0];
      for (int i = random.nextInt(8); i >= 0; i--) {
        var json = new StringBuilder(payloads[random.nextInt(payloads.length)]);
        if (random.nextInt(4) == 0) {
          json.setCharAt(random.nextInt(json.length()), (char) random.nextInt(32, 127));
        }
        var type = types[random.nextInt(types.length)];
        stream = Frames.concat(stream, Frames.event(type, json.toString()));
      }
      var events = Answers.whole(decoder(Family.NOVA, true), stream);
      try {
        Answers.checkOrder(events);
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
      Answers.checkOrder(Answers.whole(decoder(Family.NOVA, false), stream));
    }
  }
}
