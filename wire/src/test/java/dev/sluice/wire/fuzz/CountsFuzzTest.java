package dev.sluice.wire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.fuzz.Frugal;
import dev.sluice.wire.anthropic.BodyEdit;
import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.anthropic.message.MessagesReader;
import dev.sluice.wire.bedrock.BedrockCount;
import dev.sluice.wire.bedrock.ConverseCounter;
import dev.sluice.wire.bedrock.Family;
import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.gemini.Door;
import dev.sluice.wire.gemini.GeminiCounter;
import dev.sluice.wire.openai.Presets;
import dev.sluice.wire.openai.responses.ResponsesCounter;
import dev.sluice.wire.translate.Counter;
import dev.sluice.wire.translate.UntranslatableException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// Counts of tokens: a conversation is asked about in each language or refused, and what is
/// answered is a count or none.
final class CountsFuzzTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final long TOKENS_MAX = 1L << 40;
  private static final List<Counter> COUNTERS = counters();

  private static List<Counter> counters() {
    var openAi = Objects.requireNonNull(Presets.read().services().get("openai")).quirks();
    var vertex = new Door.Vertex("our-project", "global");
    return Stream.<Counter>concat(
            Stream.<Counter>of(
                new GeminiCounter(new Door.Developer()),
                new GeminiCounter(vertex),
                new ResponsesCounter(openAi, "openai")),
            Arrays.stream(Family.values()).map(ConverseCounter::new))
        .toList();
  }

  static Stream<byte[]> messages() {
    return Stream.concat(Stream.of(Seeds.recorded()), Seeds.files("message/read", ".json"));
  }

  static Stream<byte[]> counts() {
    return Seeds.files("fuzz/counts", "");
  }

  @MethodSource("messages")
  @FuzzTest
  void a_conversation_is_asked_about_in_every_language_or_refused(byte[] input) {
    var body = Arrays.copyOf(input, Math.min(input.length, Frugal.INPUT_BYTES_MAX));
    Frugal.read(
        body,
        () -> {
          try {
            var conversation = MessagesReader.read(body, 0, body.length);
            COUNTERS.forEach(counter -> ask(counter, conversation));
            assertThat(JSON.readTree(BedrockCount.ofInvoke(body)).isObject()).isTrue();
            assertThat(BedrockCount.path(conversation.model())).startsWith("/model/");
          } catch (MalformedBodyException | UntranslatableException e) {
            assertThat(e.getMessage()).contains("expected");
          }
        });
  }

  private static void ask(Counter counter, Conversation conversation) {
    try {
      var question = counter.question(conversation);
      assertThat(JSON.readTree(question.body()).isObject()).isTrue();
      assertThat(counter.question(conversation).body()).isEqualTo(question.body());
    } catch (UntranslatableException e) {
      assertThat(e.getMessage()).contains("expected");
    }
  }

  private interface Reader {
    long tokens(byte[] answer);
  }

  @MethodSource("counts")
  @FuzzTest
  void an_answer_is_a_count_or_none(byte[] answer) {
    for (var counter : COUNTERS) {
      count(answer, bytes -> counter.tokens(bytes, 0, bytes.length));
    }
    count(answer, bytes -> BedrockCount.tokens(bytes, 0, bytes.length));
    count(answer, BodyEdit::countedTokens);
  }

  private static void count(byte[] answer, Reader reader) {
    Frugal.read(
        answer,
        () -> {
          try {
            assertThat(reader.tokens(answer)).isBetween(0L, TOKENS_MAX);
          } catch (MalformedBodyException e) {
            assertThat(e.getMessage()).contains("expected");
          }
        });
  }
}
