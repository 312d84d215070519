package dev.sluice.e2e.foreign;

import static dev.sluice.e2e.foreign.Foreign.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.http.Ending;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.script.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a client of the Messages API gets from the clouds, and what they get of it.
final class AnswersOfCloudsE2E {

  private static final String SEARCH =
      ",\"tools\":[{\"type\":\"web_search_20250305\",\"name\":\"web_search\",\"max_uses\":3}]";

  private static Clouds clouds;

  @BeforeAll
  static void start() {
    clouds = Clouds.start();
  }

  @AfterAll
  static void stop() {
    clouds.close();
  }

  @AfterEach
  void no_call_is_left() {
    clouds.assertNoCallIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"azure", "claude-aws", "nova-aws", "claude-gcp", "gemini-gcp"})
  void an_answer_that_was_cut_does_not_look_whole(String key) {
    clouds.simulator(key).next(Script.answer().textOfTokens(200).cutAt(1_500, Ending.CLEAN));
    var answer = clouds.stream(key);
    assertThat(text(answer)).contains("event: error\n").doesNotContain("message_stop");
  }

  @ParameterizedTest
  @ValueSource(strings = {"claude-aws", "claude-gcp"})
  void betas_pass_where_the_cloud_knows_them(String key) {
    clouds.simulator(key).next(Script.answer().text("Yes."));
    var betas = "interleaved-thinking-2025-05-14,never-heard-of-2026";
    var answer = clouds.stream(key, new Header("anthropic-beta", betas));
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(answer.headers().firstValue("x-sluice-untold").orElse(""))
        .contains("never-heard-of-2026");
    var received = clouds.simulator(key).requests().getLast();
    var body = new String(received.body().orElseThrow(), StandardCharsets.UTF_8);
    var told = received.header("anthropic-beta").orElse("") + body;
    assertThat(told).contains("interleaved-thinking-2025-05-14").doesNotContain("never-heard-of");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_search_that_bedrock_does_not_run_is_answered_by_anthropic(boolean stream) {
    clouds.world().simulator().next(Script.answer().webSearch("envoy").text("A proxy, I read."));
    int asked = clouds.sites().bedrock().requests().size();
    var more = SEARCH + ",\"stream\":" + stream;
    var answer = clouds.ask("searching", "/v1/messages", "What is Envoy?", more);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(text(answer)).contains("web_search_tool_result", "A proxy");
    assertThat(clouds.sites().bedrock().requests()).hasSize(asked);
  }

  @Test
  void a_search_at_bedrock_alone_is_refused_with_a_sentence() {
    var answer = clouds.ask("claude-aws", "/v1/messages", "What is Envoy?", SEARCH);
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(text(answer)).contains("web_search_20250305", "Amazon Bedrock does not run it");
  }

  @Test
  void vertex_ai_searches_and_hears_its_beta() {
    clouds.sites().vertex().next(Script.answer().webSearch("envoy").text("A proxy, I read."));
    var answer = clouds.ask("claude-gcp", "/v1/messages", "What is Envoy?", SEARCH);
    assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    assertThat(text(answer)).contains("web_search_tool_result", "A proxy");
    assertThat(clouds.sites().vertex().requests().getLast().header("anthropic-beta"))
        .contains("web-search-2025-03-05");
  }

  /// The signature is over all of it: Envoy must have buffered it whole.
  @ParameterizedTest
  @ValueSource(ints = {200_000, 1_000_000, 20_000_000})
  void signs_large_bodies(int bytes) {
    clouds.sites().bedrock().next(Script.answer().text("Yes."));
    var answer =
        clouds.ask("claude-aws", "/v1/messages", "word ".repeat(bytes / 5), ",\"stream\":true");
    // Beyond its context the model refuses what was signed well.
    assertThat(text(answer)).containsAnyOf("message_stop", "prompt is too long", "Input is too");
  }

  @Test
  void tokens_are_renewed_ahead_of_their_end() {
    long google = clouds.sites().vertex().tokens().issued();
    long entra = clouds.sites().entra().issued();
    for (var key : List.of("claude-gcp", "azure-entra")) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(40))
          .until(
              () ->
                  clouds.sites().vertex().tokens().issued() >= google + 3
                      && clouds.sites().entra().issued() >= entra + 3);
      clouds.simulator(key).next(Script.answer().text("Still here."));
      assertThat(text(clouds.stream(key))).contains("Still here.");
    }
  }
}
