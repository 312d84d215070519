package dev.sluice.extproc.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.extproc.ManualClock;
import dev.sluice.extproc.count.CountEstimate;
import dev.sluice.extproc.count.Densities;
import dev.sluice.extproc.count.Uncounted;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reply.Answer;
import dev.sluice.extproc.translate.WayBack.Fate;
import dev.sluice.extproc.watch.AnswerHead;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// A count at a cloud, out and back.
class CountBackTest {

  private static final byte[] BODY =
      """
      {"model":"claude-sonnet-5","tools":[],"thinking":{"type":"enabled","budget_tokens":1024},
       "messages":[{"role":"user","content":"Why is it so?"}]}"""
          .getBytes(StandardCharsets.UTF_8);

  private final ManualClock clock = new ManualClock();
  private final Uncounted uncounted = new Uncounted(clock);
  private final Exchange.Facts facts = AtBedrock.facts(Endpoint.COUNT_TOKENS, BODY, null);
  private final Counting counting =
      Objects.requireNonNull(
          Counting.prepare(
              facts,
              new Dialect(null, "token-counting-2024-11-01"),
              new Body(BODY, 0, BODY.length)));
  private final CountBack back =
      new CountBack(facts, counting.answers(), new CountEstimate(new Densities()), uncounted);

  private static AnswerHead head(String status, boolean complete, boolean byProvider) {
    return new AnswerHead(status, "application/json", null, complete, null, byProvider, false);
  }

  private Answer told(String body) {
    var bytes = body.getBytes(StandardCharsets.UTF_8);
    var fate = back.begins(head("200", false, true));
    assertThat(fate).isInstanceOf(Fate.Kept.class);
    return ((Fate.Kept) fate).instead().apply(new Body(bytes, 0, bytes.length));
  }

  private static String text(Answer answer) {
    assertThat(answer.status()).isEqualTo(200);
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static boolean isEstimated(Answer answer) {
    return answer.headers().stream().anyMatch(header -> header.name().equals("x-sluice-estimated"));
  }

  @Test
  void the_question_is_an_invoke_that_could_be_sent() {
    assertThat(counting.question().path()).isEqualTo("/model/claude-sonnet-5/count-tokens");
    var json = JsonMapper.shared().readTree(counting.question().body());
    var invoke = json.path("input").path("invokeModel").path("body").stringValue();
    assertThat(new String(Base64.getDecoder().decode(invoke), StandardCharsets.UTF_8))
        .startsWith("{\"max_tokens\":1025,\"anthropic_version\":\"bedrock-2023-05-31\"")
        .doesNotContain("\"tools\"", "\"model\"", "token-counting");
  }

  @Test
  void the_number_is_told_in_the_clients_words() {
    var answer = told("{\"inputTokens\":14}");
    assertThat(text(answer)).isEqualTo("{\"input_tokens\":14}");
    assertThat(isEstimated(answer)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "{\"inputTokens\":-1}", "<html>"})
  void garbage_is_estimated(String body) {
    var answer = told(body);
    assertThat(text(answer)).startsWith("{\"input_tokens\":");
    assertThat(isEstimated(answer)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "200,true,true",
    "204,true,true",
    "400,false,true",
    "429,false,true",
    "500,true,true",
    "503,false,false",
    "504,false,false",
    "302,true,true"
  })
  void what_is_no_count_is_estimated_at_once(String status, boolean complete, boolean byProvider) {
    var fate = back.begins(head(status, complete, byProvider));
    assertThat(fate).isInstanceOfSatisfying(Fate.Replaced.class, this::checkEstimate);
    assertThat(uncounted.has(facts)).isFalse();
  }

  private void checkEstimate(Fate.Replaced replaced) {
    assertThat(text(replaced.answer())).startsWith("{\"input_tokens\":");
    assertThat(isEstimated(replaced.answer())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"404", "405", "501"})
  void who_has_no_count_is_left_alone_for_ten_minutes(String status) {
    back.begins(head(status, false, true));
    assertThat(uncounted.has(facts)).isTrue();
    clock.advance(Duration.ofMinutes(10));
    assertThat(uncounted.has(facts)).isFalse();
  }
}
