package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.extproc.TestGateway.Bodies;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.MemoryLedger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

@ParameterizedClass
@EnumSource
class QuotaProbeTest {

  private static final String PROBE =
      """
      {"model":"claude-opus-5-5","max_tokens":1,
       "messages":[{"role":"user","content":"quota"}],"metadata":{"user_id":"u"}}""";

  private final ManualClock clock = new ManualClock();
  private final TestGateway gateway;

  QuotaProbeTest(Bodies bodies) {
    gateway = new TestGateway(new MemoryLedger(clock), clock, GatewayConfig.DEFAULT, bodies);
  }

  @AfterEach
  void close() {
    gateway.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"quota\"", "[{\"type\":\"text\",\"text\":\"quota\"}]"})
  void is_answered_here_with_the_callers_budget(String content) {
    var said = gateway.send(Request.post("alice", PROBE.replace("\"quota\"", content)));
    assertThat(said.status()).isEqualTo(200);
    assertThat(said.headers()).containsEntry("anthropic-ratelimit-unified-status", "allowed");
    var answer = JsonMapper.shared().readTree(said.text());
    assertThat(answer.path("type").asString()).isEqualTo("message");
    assertThat(answer.path("model").asString()).isEqualTo("claude-opus-5-5");
    assertThat(answer.at("/usage/output_tokens").asInt(-1)).isZero();
    assertThat(gateway.usage).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"content\":\"quotas\"",
        "\"content\":[]",
        "\"content\":\"quota\"},{\"role\":\"user\",\"content\":\"quota\""
      })
  void is_nothing_but_that_one_word(String content) {
    var other = PROBE.replace("\"content\":\"quota\"", content);
    assertThat(gateway.send(Request.post("alice", other)).forwarded()).isTrue();
  }

  @Test
  void is_no_count_of_tokens() {
    var count = Request.post("alice", PROBE).at("/v1/messages/count_tokens");
    assertThat(gateway.send(count).forwarded()).isTrue();
  }

  @Test
  void does_not_help_a_key_to_a_model_that_it_may_not_use() {
    var said = gateway.send(Request.post("alice", PROBE.replace("opus-5-5", "unknown")));
    assertThat(said.status()).isEqualTo(400);
  }
}
