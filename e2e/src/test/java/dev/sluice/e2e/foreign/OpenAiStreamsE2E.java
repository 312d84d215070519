package dev.sluice.e2e.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.e2e.foreign.OpenAiClient.Language;
import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.script.Script;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Streams to programs that speak OpenAI, which do not go as they should.
final class OpenAiStreamsE2E {

  /// Longer than the twenty seconds after which a client is told that somebody is there, by more
  /// than a machine with too much to do stands still.
  private static final Duration SILENCE = Duration.ofSeconds(26);

  private static Everywhere everywhere;

  @BeforeAll
  static void start() {
    everywhere = Everywhere.start();
  }

  @AfterAll
  static void stop() {
    everywhere.close();
  }

  @AfterEach
  void no_call_is_left() {
    everywhere.assertNoCallIsLeft();
  }

  static Stream<Arguments> everywhere() {
    return OpenAiClientsE2E.everywhere();
  }

  private static String stream(Language language, String key) {
    var client = new OpenAiClient(language, everywhere, key);
    HttpResponse<byte[]> answer = client.post(client.request("Why?").put("stream", true));
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void say_where_an_answer_was_cut(Language language, String key) {
    everywhere.simulator(key).next(Script.answer().textOfTokens(200).cutAt(1_500, Ending.CLEAN));
    var told = stream(language, key);
    switch (language) {
      case CHAT -> assertThat(told).contains("{\"error\":{").doesNotContain("[DONE]");
      case RESPONSES ->
          assertThat(told)
              .contains("event: response.failed\n")
              .doesNotContain("response.completed");
    }
  }

  /// Both at once: what is silent takes no time of the other.
  @Test
  void are_kept_alive_while_they_are_silent() {
    var silent = Script.answer().text("A long thought.").stallAfter(3, SILENCE);
    everywhere.simulator("responses").next(silent, silent);
    var chat = CompletableFuture.supplyAsync(() -> stream(Language.CHAT, "responses"));
    assertThat(stream(Language.RESPONSES, "responses"))
        .contains(": ping\n", "event: response.completed\n");
    assertThat(chat.join()).contains(": ping\n", "data: [DONE]\n");
  }
}
