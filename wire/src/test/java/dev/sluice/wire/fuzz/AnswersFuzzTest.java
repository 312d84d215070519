package dev.sluice.wire.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.testkit.fuzz.Frugal;
import dev.sluice.wire.anthropic.answer.AnswerReader;
import dev.sluice.wire.anthropic.answer.MessagesDecoder;
import dev.sluice.wire.anthropic.message.VertexEvents;
import dev.sluice.wire.openai.chat.ChatTranslator;
import dev.sluice.wire.openai.client.ClientRequest.Wanted;
import dev.sluice.wire.openai.client.answer.ClientAnswer;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.Outgoing.Expected;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/// Whatever a provider answers becomes an answer of the Messages API, in order and with one end.
final class AnswersFuzzTest {

  private static final Expected STREAM = new Expected(true, Map.of("fit", "a fit tool"));
  private static final Expected WHOLE = new Expected(false, Map.of());
  private static final List<Wanted> WANTED =
      List.of(
          new Wanted.Chat(true, true),
          new Wanted.Chat(false, false),
          new Wanted.Responses(true, JsonMapper.shared().createObjectNode()),
          new Wanted.Responses(false, JsonMapper.shared().createObjectNode()));

  static Stream<byte[]> chat() {
    return Seeds.files("fuzz/chat", "");
  }

  static Stream<byte[]> responses() {
    return Seeds.files("fuzz/responses", "");
  }

  static Stream<byte[]> gemini() {
    return Seeds.files("fuzz/gemini", "");
  }

  static Stream<byte[]> messages() {
    var goldens = Stream.concat(Seeds.clients("answers"), Seeds.files("message/answer", ""));
    return Stream.concat(goldens, Seeds.files("fuzz/messages", ""));
  }

  @MethodSource("chat")
  @FuzzTest
  void an_answer_of_chat_completions_has_an_order_and_an_end(byte[] answer) {
    for (var language : Languages.OF_EACH_KIND) {
      if (language instanceof ChatTranslator) {
        read(answer, () -> language.answer(STREAM));
        read(answer, () -> language.answer(WHOLE));
      }
    }
  }

  @MethodSource("responses")
  @FuzzTest
  void an_answer_of_responses_has_an_order_and_an_end(byte[] answer) {
    each("responses", answer);
  }

  @MethodSource("gemini")
  @FuzzTest
  void an_answer_of_gemini_has_an_order_and_an_end(byte[] answer) {
    each("gemini", answer);
    each("gemini-vertex", answer);
  }

  private static void each(String language, byte[] answer) {
    var translator = Languages.of(language);
    read(answer, () -> translator.answer(STREAM));
    read(answer, () -> translator.answer(WHOLE));
  }

  private static void read(byte[] answer, Supplier<AnswerDecoder> decoders) {
    Frugal.read(answer, () -> Reading.everyWay(decoders, answer));
  }

  @MethodSource("messages")
  @FuzzTest
  void an_answer_of_messages_has_an_order_and_an_end(byte[] answer) {
    read(answer, MessagesDecoder::new);
  }

  @MethodSource("messages")
  @FuzzTest
  void what_passes_is_counted_the_same_wherever_it_is_cut(byte[] answer) {
    Frugal.read(
        answer,
        () -> {
          var whole = new AnswerReader();
          whole.read(answer, 0, answer.length);
          var slow = new AnswerReader();
          for (int i = 0; i < answer.length; i++) {
            slow.read(answer, i, 1);
          }
          assertThat(slow.visible()).isEqualTo(whole.visible());
          assertThat(slow.ended()).isEqualTo(whole.ended());
          assertThat(whole.visible().content()).isBetween(0L, 4L * answer.length);
        });
  }

  @MethodSource("messages")
  @FuzzTest
  void a_stream_of_vertex_is_the_same_wherever_it_is_cut(byte[] answer) {
    Frugal.read(
        answer,
        () -> {
          var whole = new VertexEvents();
          var events = text(whole.read(answer, 0, answer.length)) + text(whole.end());
          var slow = new VertexEvents();
          var slowly = new StringBuilder();
          for (int i = 0; i < answer.length; i++) {
            slowly.append(text(slow.read(answer, i, 1)));
          }
          assertThat(slowly.append(text(slow.end())).toString()).isEqualTo(events);
        });
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @MethodSource("messages")
  @FuzzTest
  void a_program_that_speaks_openai_gets_json_of_each_answer(byte[] answer) {
    for (var wanted : WANTED) {
      Frugal.read(
          answer,
          () -> {
            var told = ClientAnswer.of(wanted, Instant.EPOCH);
            int half = answer.length / 2;
            told.read(answer, 0, half, false);
            told.read(answer, half, answer.length - half, true);
          });
    }
    ClientAnswer.inOpenAisEnvelope(answer);
  }
}
