package dev.sluice.wire.openai.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.openai.client.ClientRequest.Wanted;
import dev.sluice.wire.openai.client.answer.ClientAnswer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.json.JsonMapper;

/// What a client of OpenAI gets, of answers in the words of the Messages API.
final class ClientAnswerTest {

  private static final Instant CREATED_AT = Instant.ofEpochSecond(1_790_000_000);

  @TestFactory
  Stream<DynamicTest> answers_are_told_as_the_golden_files_say() {
    return GoldenFiles.of("answers", ClientAnswerTest::told);
  }

  private static String told(String input) {
    boolean stream = !input.startsWith("{");
    // An event ends with an empty line.
    var bytes = (stream ? input + "\n" : input).getBytes(StandardCharsets.UTF_8);
    var echo = JsonMapper.shared().createObjectNode().put("store", false);
    return "--- chat\n"
        + cut(new Wanted.Chat(stream, true), bytes)
        + "\n--- responses\n"
        + cut(new Wanted.Responses(stream, echo), bytes);
  }

  /// Whole, and cut at every byte, which must come to the same.
  private static String cut(Wanted wanted, byte[] bytes) {
    var whole = read(wanted, bytes, bytes.length);
    for (int cut = 0; cut < bytes.length; cut++) {
      assertThat(read(wanted, bytes, cut)).as("cut at %d", cut).isEqualTo(whole);
    }
    return whole;
  }

  private static String read(Wanted wanted, byte[] bytes, int cut) {
    var answer = ClientAnswer.of(wanted, CREATED_AT);
    var out = new ByteArrayOutputStream();
    out.writeBytes(answer.read(bytes, 0, cut, false));
    out.writeBytes(answer.read(bytes, cut, bytes.length - cut, false));
    out.writeBytes(answer.read(new byte[0], 0, 0, true));
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void an_answer_to_another_request_stays_as_it_is_unless_it_is_an_error() {
    assertThat(other("{\"object\":\"list\",\"data\":[]}"))
        .isEqualTo("{\"object\":\"list\",\"data\":[]}");
    assertThat(other("plain")).isEqualTo("plain");
    assertThat(other("")).isEmpty();
    assertThat(
            other(
                "{\"type\":\"error\",\"error\":{\"type\":\"not_found_error\",\"message\":\"m\"}}"))
        .isEqualTo(
            "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"param\":null,"
                + "\"code\":\"not_found\"}}");
  }

  private static String other(String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var answer = ClientAnswer.ofOther();
    return new String(answer.read(bytes, 0, bytes.length, true), StandardCharsets.UTF_8);
  }

  /// Vectors are not kept.
  @Test
  void what_is_longer_than_an_error_passes_as_it_comes() {
    var answer = ClientAnswer.ofOther();
    var out = new ByteArrayOutputStream();
    var part = "[0.25]".repeat(10_000).getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 1_000; i++) {
      var told = answer.read(part, 0, part.length, i == 999);
      assertThat(told.length).isLessThan(200_000);
      out.writeBytes(told);
    }
    assertThat(out.size()).isEqualTo(1_000 * part.length);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("[0.25]".repeat(10_000_000));
  }

  @Test
  void a_whole_answer_beyond_the_limit_is_an_error() {
    var answer = ClientAnswer.of(new Wanted.Chat(false, false), CREATED_AT);
    var part = " ".repeat(1 << 20).getBytes(StandardCharsets.UTF_8);
    part[0] = '{';
    for (int i = 0; i < 33; i++) {
      assertThat(answer.read(part, 0, part.length, false)).isEmpty();
    }
    var told = new String(answer.read(part, 0, 0, true), StandardCharsets.UTF_8);
    assertThat(told).contains("the answer is longer than the gateway keeps");
  }
}
