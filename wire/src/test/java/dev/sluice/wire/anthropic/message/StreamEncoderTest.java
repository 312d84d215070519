package dev.sluice.wire.anthropic.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.core.price.Tokens;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.wire.anthropic.Visible;
import dev.sluice.wire.anthropic.answer.AnswerReader;
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
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class StreamEncoderTest {

  private static byte[] encode(List<AnswerEvent> events) {
    return new StreamEncoder(Answers.REPLY).encode(events);
  }

  private static byte[] recorded(String name) {
    return RecordedTraffic.responses().stream()
        .filter(response -> response.name().equals(name))
        .findFirst()
        .orElseThrow()
        .body();
  }

  @Test
  void writes_the_golden_stream() {
    Golden.check("answer/full.sse", new String(encode(Answers.full()), StandardCharsets.UTF_8));
  }

  @Test
  void writes_searches_and_citations() {
    var written = encode(Answers.searched());
    Golden.check("answer/searched.sse", new String(written, StandardCharsets.UTF_8));
    assertThat(SentStream.of(written).usage().tokens().webSearches()).isEqualTo(2);
  }

  @Test
  void writes_the_same_event_by_event() {
    var encoder = new StreamEncoder(Answers.REPLY);
    var out = new ByteArrayOutputStream();
    for (var event : Answers.full()) {
      out.writeBytes(encoder.encode(List.of(event)));
    }
    assertThat(out.toByteArray()).isEqualTo(encode(Answers.full()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"text-thinking.sse", "tool-use.sse"})
  void an_answer_of_anthropic_stays_the_same(String name) {
    var original = SentStream.of(recorded(name));
    var events = original.read();
    var reply = new Reply("claude-opus-5-5", "req-7", Seal.ANTHROPIC);
    var sent = SentStream.of(new StreamEncoder(reply).encode(events));
    assertThat(sent.read())
        .isEqualTo(events.stream().filter(e -> !e.equals(new AnswerEvent.InputGrown(""))).toList());
    assertThat(sent.usage().tokens()).isEqualTo(original.usage().tokens());
    assertThat(sent.usage().finished()).isTrue();
    assertSeenAlike(recorded(name), new StreamEncoder(reply).encode(events));
  }

  /// The watching reader, which sees what the meter inside Envoy sees.
  private static void assertSeenAlike(byte[] original, byte[] sent) {
    var first = new AnswerReader();
    first.read(original, 0, original.length);
    var second = new AnswerReader();
    assertThat(second.read(sent, 0, sent.length)).isEqualTo(sent.length);
    assertThat(second.ended()).isTrue();
    assertThat(second.visible().text()).isEqualTo(first.visible().text());
    assertThat(second.visible().thinking()).isEqualTo(first.visible().thinking());
    assertThat(second.visible().largest()).isEqualTo(first.visible().largest());
    assertThat((double) sent.length).isCloseTo(original.length, within(0.1 * original.length));
  }

  /// The numbers are those that the meter inside Envoy publishes for the golden stream.
  @Test
  void is_seen_as_the_meter_inside_envoy_sees_it() {
    var sent = encode(Answers.full());
    var reader = new AnswerReader();
    reader.read(sent, 0, sent.length);
    assertThat(reader.visible()).isEqualTo(new Visible(29, 7, 20, 16, -1, sent.length));
    assertThat(SentStream.of(sent).usage().tokens()).isEqualTo(Answers.TOKENS);
  }

  @Test
  void has_the_members_of_anthropics_events_in_their_order() {
    var original = SentStream.of(recorded("tool-use.sse"));
    var reply = new Reply("claude-opus-5-5", "req-7", Seal.ANTHROPIC);
    var sent = SentStream.of(new StreamEncoder(reply).encode(original.read()));
    for (var event : sent.events()) {
      if (!event.name().startsWith("message_")) {
        assertThat(original.events()).contains(event);
      }
    }
    var start = original.events().getFirst().json();
    var told = sent.events().getFirst().json();
    int end = told.indexOf("}}}");
    assertThat(start).startsWith(told.substring(0, end));
  }

  @Test
  void usage_is_what_the_meter_books_whatever_was_known_before() {
    long seed = Long.getLong("sluice.seed", 20261129L);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      var before = tokens(random);
      var end = tokens(random).withOutput(1 + random.nextInt(9));
      var sent =
          SentStream.of(
              encode(
                  List.of(
                      new Begun("id", "m", before),
                      new Ended(StopReason.END_TURN, null, end, null))));
      assertThat(sent.usage().tokens()).as("%s, then %s", before, end).isEqualTo(end);
    }
  }

  private static Tokens tokens(Random random) {
    long[] counts = random.longs(6, -5, 10).map(n -> Math.max(n, 0)).toArray();
    return new Tokens(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
  }

  @Test
  void an_answer_without_usage_reports_none() {
    var sent =
        SentStream.of(
            encode(
                List.of(
                    new Begun("id", "m", new Tokens(9, 0, 4, 3, 2, 0)),
                    new Ended(StopReason.END_TURN, null, null, null))));
    assertThat(sent.usage().finished()).isFalse();
    assertThat(sent.usage().tokens()).isEqualTo(Tokens.NONE);
  }

  @ParameterizedTest
  @CsvSource({
    "msg_01AbC, msg_01AbC",
    "chatcmpl-9, msg_chatcmpl-9",
    "'', msg_req-7",
    "a.b/c, msg_a_b_c_fc7cd9c4e0",
  })
  void names_the_answer_after_the_providers_id(String id, String told) {
    var sent = SentStream.of(encode(List.of(new Begun(id, "m", Tokens.NONE))));
    var message = sent.events().getFirst().data().path("message");
    assertThat(message.path("id").stringValue()).isEqualTo(told);
    assertThat(message.path("model").stringValue()).isEqualTo("openai/gpt-x");
  }

  @Test
  void names_are_never_too_long() {
    var sent = SentStream.of(encode(List.of(new Begun("x".repeat(300), "m", Tokens.NONE))));
    var id = sent.events().getFirst().data().path("message").path("id").stringValue();
    assertThat(id).hasSize(64).startsWith("msg_xxx");
  }

  private static String input(String... fragments) {
    var input = new StringBuilder();
    for (var event : SentStream.of(encode(Answers.call(fragments))).read()) {
      if (event instanceof AnswerEvent.InputGrown(var json)) {
        input.append(json);
      }
    }
    return input.toString();
  }

  @Test
  void an_input_that_is_an_object_passes_as_it_comes() {
    assertThat(input("\n ", "{\"a\": ", "[1]}")).isEqualTo("{\"a\": [1]}");
    assertThat(input("  {}")).isEqualTo("  {}");
  }

  @Test
  void no_input_is_an_empty_object() {
    assertThat(input()).isEqualTo("{}");
    assertThat(input("", " \n")).isEqualTo("{}");
    assertThat(input("nu", "ll")).isEqualTo("{}");
  }

  @Test
  void an_input_that_is_no_object_is_told_as_invalid() {
    assertThat(input("[1,", "2]")).isEqualTo("{\"INVALID_JSON\":\"[1,2]\"}");
    assertThat(input("rm -rf", " \"x\"")).isEqualTo("{\"INVALID_JSON\":\"rm -rf \\\"x\\\"\"}");
    assertThat(input("\"{}", "\"")).isEqualTo("{\"INVALID_JSON\":\"\\\"{}\\\"\"}");
    assertThat(input("x".repeat(60_000), "y".repeat(60_000)).length()).isLessThan(66_000);
  }

  @Test
  void an_input_that_breaks_is_never_completed() {
    assertThat(input("{\"command\":\"rm -rf /srv/dev/b"))
        .isEqualTo("{\"command\":\"rm -rf /srv/dev/b");
    assertThat(input("{\"a\":1}", "{\"b\":2}")).isEqualTo("{\"a\":1}{\"b\":2}");
  }

  @Test
  void a_half_of_a_character_is_replaced() {
    var events = List.<AnswerEvent>of(new TextOpened(), new TextGrown("a\ud83d"), new Closed());
    assertThat(SentStream.of(encode(events)).read()).contains(new TextGrown("a\uFFFD"));
  }

  @ParameterizedTest
  @EnumSource(StopReason.class)
  void tells_why_it_ended(StopReason reason) {
    var ended = new Ended(reason, "END", Answers.TOKENS, null);
    var sent = SentStream.of(encode(List.of(new Begun("id", "m", Tokens.NONE), ended)));
    assertThat(sent.read().getLast()).isEqualTo(ended);
    assertThat(sent.events().getLast().name()).isEqualTo("message_stop");
  }

  @Test
  void nothing_comes_after_the_end() {
    var encoder = new StreamEncoder(Answers.REPLY);
    encoder.encode(Answers.full());
    assertThat(encoder.encode(List.of(new TextOpened()))).isEmpty();
  }

  @Test
  void a_failure_is_an_error_event_and_the_last() {
    var secret = "account 1234 of host-7 is overloaded";
    var error = new ProviderError(ProviderError.Kind.OVERLOADED, secret);
    var sent =
        SentStream.of(
            encode(
                List.of(
                    new Begun("id", "m", Answers.TOKENS),
                    new TextOpened(),
                    new Failed(error),
                    new TextGrown("x"))));
    assertThat(sent.events()).hasSize(3);
    assertThat(sent.events().getLast())
        .isEqualTo(
            new SentStream.Sent(
                "error",
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":"
                    + "\"the provider is overloaded\"},\"request_id\":\"req-7\"}"));
  }

  @Test
  void a_ping_is_an_event_of_its_own() {
    var sent = SentStream.of(StreamEncoder.ping());
    assertThat(sent.events()).containsExactly(new SentStream.Sent("ping", "{\"type\":\"ping\"}"));
  }
}
