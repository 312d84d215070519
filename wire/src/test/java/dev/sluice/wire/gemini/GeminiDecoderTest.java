package dev.sluice.wire.gemini;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.conversation.Block;
import dev.sluice.wire.conversation.Samples;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers of Gemini, whole and in streams.
final class GeminiDecoderTest {

  private static final GeminiTranslator TRANSLATOR = new GeminiTranslator(new Door.Developer());

  private static final String USAGE =
      """
      {"promptTokenCount":100,"cachedContentTokenCount":60,"toolUsePromptTokenCount":7,\
      "candidatesTokenCount":20,"thoughtsTokenCount":30,"totalTokenCount":157}""";

  private static final Tokens TOKENS = new Tokens(47, 50, 60, 0, 0, 0);

  private static AnswerDecoder decoder() {
    return TRANSLATOR.answer(new Expected(true, Map.of("fit", "a fit tool")));
  }

  private static String chunk(String parts, String more) {
    return "{\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":["
        + parts
        + "]}"
        + more
        + ",\"index\":0,\"groundingMetadata\":{}}],\"usageMetadata\":"
        + USAGE
        + ",\"modelVersion\":\"gemini-3-flash-001\",\"responseId\":\"aB3-_x\"}";
  }

  private static byte[] stream(String... chunks) {
    var stream = new StringBuilder();
    for (var chunk : chunks) {
      stream.append("data: ").append(chunk).append("\r\n\r\n");
    }
    return stream.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String sealed(String signature) {
    return Seal.seal(GeminiTranslator.ORIGIN, signature);
  }

  private static final byte[] STREAM =
      stream(
          chunk("{\"text\":\"I think\",\"thought\":true}", ""),
          chunk("{\"text\":\"Grüße\"},{\"text\":\", you\"}", ""),
          chunk(
              """
              {"functionCall":{"name":"fit","args":{"a":[1,"x"]}},"thoughtSignature":"c2ln"},\
              {"functionCall":{"id":"own-1","name":"other"}}""",
              ""),
          chunk("{\"text\":\"\",\"thoughtSignature\":\"bGFzdA==\"}", ",\"finishReason\":\"STOP\""));

  @Test
  void a_stream_is_told_block_by_block_wherever_it_is_cut() {
    assertThat(Answers.everyWay(GeminiDecoderTest::decoder, STREAM))
        .containsExactly(
            new Begun("aB3-_x", "gemini-3-flash-001", TOKENS),
            new ThinkingOpened(),
            new ThinkingGrown("I think"),
            new Signed(Seal.seal(GeminiTranslator.ORIGIN, null)),
            new Closed(),
            new TextOpened(),
            new TextGrown("Grüße"),
            new TextGrown(", you"),
            new Closed(),
            new ThinkingOpened(),
            new Signed(sealed("c2ln")),
            new Closed(),
            new ToolUseOpened("call_aB3-_x_0", "a fit tool"),
            new InputGrown("{\"a\":[1,\"x\"]}"),
            new Closed(),
            new ToolUseOpened("gemini_own-1", "other"),
            new InputGrown("{}"),
            new Closed(),
            new Ended(StopReason.TOOL_USE, null, TOKENS, Samples.json(USAGE)));
  }

  @Test
  void a_signature_follows_the_thought_that_is_shown() {
    var events =
        Answers.everyWay(
            GeminiDecoderTest::decoder,
            stream(
                chunk("{\"text\":\"Hm.\",\"thought\":true}", ""),
                chunk(
                    "{\"text\":\"Yes.\",\"thoughtSignature\":\"c2ln\"}",
                    ",\"finishReason\":\"STOP\"")));
    assertThat(events.subList(1, events.size() - 1))
        .containsExactly(
            new ThinkingOpened(),
            new ThinkingGrown("Hm."),
            new Signed(sealed("c2ln")),
            new Closed(),
            new TextOpened(),
            new TextGrown("Yes."),
            new Closed());
  }

  @Test
  void what_was_answered_goes_back_as_it_came() {
    var blocks = new ArrayList<Block>();
    var thought = "";
    var id = "";
    var name = "";
    for (var event : Answers.whole(decoder(), STREAM)) {
      switch (event) {
        case ThinkingGrown(var text) -> thought = text;
        case Signed(var signature) -> blocks.add(new Block.Thinking(thought, signature));
        case TextGrown(var text) -> blocks.add(Samples.text(text));
        case ToolUseOpened use -> {
          id = use.id();
          name = use.name();
        }
        case InputGrown(var input) -> blocks.add(Samples.use(id, name, input));
        default -> {}
      }
    }
    var turns = Samples.assistant(blocks.toArray(Block[]::new));
    var answers = Samples.user(Samples.result("call_aB3-_x_0"), Samples.result("gemini_own-1"));
    var again =
        TRANSLATOR.request(
            Samples.of(Samples.user(Samples.text("Hi.")), turns, answers).of("gemini-3-flash"));
    var body = Samples.json(new String(again.body(), StandardCharsets.UTF_8));
    assertThat(body.at("/contents/1/parts").toString())
        .endsWith(
            """
            {"functionCall":{"name":"a_fit_tool_%s","args":{"a":[1,"x"]}},"thoughtSignature":"c2ln"},\
            {"functionCall":{"id":"own-1","name":"other","args":{}}}]"""
                .formatted(FunctionNames.told("a fit tool").substring("a_fit_tool_".length())));
  }

  @Test
  void an_answer_that_is_no_stream_says_the_same() {
    var parts = "{\"text\":\"Hi.\"}";
    var answer = chunk(parts, ",\"finishReason\":\"MAX_TOKENS\"").getBytes(StandardCharsets.UTF_8);
    assertThat(Answers.everyWay(GeminiDecoderTest::decoder, answer))
        .endsWith(
            new TextGrown("Hi."),
            new Closed(),
            new Ended(StopReason.MAX_TOKENS, null, TOKENS, Samples.json(USAGE)));
  }

  @ParameterizedTest
  @CsvSource({
    "STOP, END_TURN",
    "MAX_TOKENS, MAX_TOKENS",
    "SAFETY, REFUSAL",
    "RECITATION, REFUSAL",
    "PROHIBITED_CONTENT, REFUSAL",
  })
  void tells_why_an_answer_ended(String word, StopReason reason) {
    var events = Answers.whole(decoder(), stream(chunk("", ",\"finishReason\":\"" + word + "\"")));
    assertThat(events).hasSize(2);
    assertThat(((Ended) events.getLast()).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "OTHER"})
  void an_answer_that_came_to_nothing_has_failed(String word) {
    var answer = stream(chunk("{\"text\":\"I\"}", ",\"finishReason\":\"" + word + "\""));
    var events = Answers.everyWay(GeminiDecoderTest::decoder, answer);
    assertThat(((Failed) events.getLast()).error().message()).contains(word);
    assertThat(((Failed) events.getLast()).error().kind()).isEqualTo(Kind.SERVER);
  }

  @Test
  void a_prompt_that_is_blocked_is_refused() {
    var answer =
        stream("{\"promptFeedback\":{\"blockReason\":\"SAFETY\"},\"usageMetadata\":" + USAGE + "}");
    assertThat(Answers.everyWay(GeminiDecoderTest::decoder, answer))
        .containsExactly(
            new Begun("", "", TOKENS),
            new Ended(StopReason.REFUSAL, null, TOKENS, Samples.json(USAGE)));
  }

  @Test
  void an_error_ends_the_answer_in_a_stream_or_alone() {
    var error = "{\"error\":{\"code\":503,\"message\":\"busy\",\"status\":\"UNAVAILABLE\"}}";
    for (var answer :
        List.of(
            stream(chunk("{\"text\":\"Hi\"}", ""), error),
            error.getBytes(StandardCharsets.UTF_8),
            ("[" + error + "]").getBytes(StandardCharsets.UTF_8))) {
      var events = Answers.everyWay(GeminiDecoderTest::decoder, answer);
      assertThat(((Failed) events.getLast()).error().kind()).isEqualTo(Kind.OVERLOADED);
    }
  }

  @Test
  void an_answer_that_is_cut_has_failed() {
    for (int cut = 0; cut < STREAM.length - 6; cut++) {
      var part = java.util.Arrays.copyOf(STREAM, cut);
      var events = Answers.whole(decoder(), part);
      Answers.checkOrder(events);
      assertThat(events.getLast()).as("cut at %d", cut).isInstanceOf(Failed.class);
    }
  }

  @Test
  void calls_without_an_id_get_one_that_no_other_answer_has() {
    var ids = new ArrayList<String>();
    for (var prompt : List.of(10, 20)) {
      var call =
          "{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\"}},"
              + "{\"functionCall\":{\"name\":\"f\"}}]},\"finishReason\":\"STOP\"}],"
              + "\"usageMetadata\":{\"promptTokenCount\":"
              + prompt
              + "}}";
      for (var event : Answers.whole(decoder(), stream(call))) {
        if (event instanceof ToolUseOpened(var id, _)) {
          ids.add(id);
        }
      }
    }
    assertThat(ids).hasSize(4).doesNotHaveDuplicates().allMatch(id -> id.matches("[\\w-]{1,64}"));
  }

  @Test
  void a_part_that_no_block_can_say_is_a_failure() {
    var image = chunk("{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"\"}}", "");
    assertThat(Answers.whole(decoder(), stream(image)).getLast()).isInstanceOf(Failed.class);
  }

  @Test
  void a_chunk_longer_than_can_be_kept_has_failed() {
    var decoder = decoder();
    var part = new byte[AnswerDecoder.EVENT_BYTES_MAX];
    part[0] = 'd';
    assertThat(decoder.read(part, 0, part.length)).isEmpty();
    assertThat(decoder.read(part, 0, 1)).singleElement().isInstanceOf(Failed.class);
    assertThat(decoder.read(part, 0, 1)).isEmpty();
    assertThat(decoder.end()).isEmpty();
  }

  @Test
  void whatever_comes_keeps_the_order_of_events() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      var stream = STREAM.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        stream[random.nextInt(stream.length)] =
            (byte) random.nextInt(random.nextBoolean() ? 127 : 256);
      }
      try {
        Answers.checkOrder(Answers.cut(decoder(), stream, random.nextInt(stream.length)));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", round " + round, e);
      }
    }
  }
}
