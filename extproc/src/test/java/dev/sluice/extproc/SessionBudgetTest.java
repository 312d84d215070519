package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A key of one dollar: what a session was billed before bounds what it can cost next.
class SessionBudgetTest {

  private static final ResponseFlags FINE = ResponseFlags.getDefaultInstance();
  private static final ResponseFlags CLIENT_GONE =
      ResponseFlags.newBuilder().setDownstreamConnectionTermination(true).build();
  private static final String SESSION = "x-claude-code-session-id";

  /// By its bytes alone at least $0.38, cached for five minutes; and $0.10 for the shortest answer.
  private static final String LARGE = "many words ".repeat(5_500);

  private static final String SMALL = "some words ".repeat(900);

  private final ManualClock clock = new ManualClock();
  private final Ledger ledger = new MemoryLedger(clock);
  private final TestGateway gateway = new TestGateway(ledger, clock, GatewayConfig.DEFAULT);
  private final TestGateway other = new TestGateway(ledger, clock, GatewayConfig.DEFAULT);

  @AfterEach
  void close() {
    gateway.close();
    other.close();
  }

  private static Request request(String session, String model, String... messages) {
    var body = new StringBuilder("{\"model\":\"" + model + "\",\"messages\":[");
    for (int i = 0; i < messages.length; i++) {
      body.append(i == 0 ? "" : ",");
      body.append("{\"role\":\"user\",\"content\":\"").append(messages[i]).append("\"}");
    }
    return Request.post("poor", body + "],\"max_tokens\":64000}").with(SESSION, session);
  }

  private static Request opus(String... messages) {
    return request("s1", "claude-opus-5-5", messages);
  }

  private static Map<String, Value> answered(long input, long output) {
    return Map.of(
        DataPlane.METER_START, text("{\"message\":{\"usage\":{\"input_tokens\":" + input + "}}}"),
        DataPlane.METER_DELTA, text("{\"usage\":{\"output_tokens\":" + output + "}}"),
        DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build(),
        DataPlane.METER_VISIBLE, text(output + ",0,0,5,-1,9000"));
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private static void end(
      TestGateway gateway, Said said, ResponseFlags flags, Map<String, Value> readings) {
    assertThat(said.forwarded()).isTrue();
    int before = gateway.usage.size();
    gateway.end(said, 200, flags, readings);
    Awaitility.await().until(() -> gateway.usage.size() > before);
  }

  private void first(long output) {
    end(gateway, gateway.send(opus(LARGE)), FINE, answered(11_000, output));
  }

  private NanoUsd held() {
    var budgets =
        Policies.snapshot().keysByName().stream()
            .filter(key -> key.name().name().equals("poor"))
            .findFirst()
            .orElseThrow()
            .budgets();
    return ledger.balances(budgets).getFirst().held();
  }

  @Test
  void a_known_session_goes_on_with_what_a_stranger_cannot_use() {
    first(22_000);
    assertThat(gateway.send(request("s2", "claude-opus-5-5", "Hi. " + LARGE)).text())
        .contains("Budget of key poor has too little left for this request: $0.60 of $1");
    var said = gateway.send(opus(LARGE, "Go on."));
    assertThat(said.forwarded()).isTrue();
    assertThat(held()).isLessThanOrEqualTo(NanoUsd.parse("0.40"));
    var lowered = Long.parseLong(said.replyHeaders().get(DataPlane.MAX_TOKENS_FIELD));
    assertThat(lowered).isBetween(12_000L, 13_000L);
  }

  @Test
  void a_session_is_refused_when_the_money_is_really_spent() {
    first(33_000);
    assertThat(gateway.send(opus(LARGE, "Go on.")).text())
        .contains("Budget of key poor has too little left for this request: $0.88 of $1");
  }

  @Test
  void another_model_counts_other_tokens() {
    first(22_000);
    assertThat(gateway.send(request("s1", "claude-opus-4-8", LARGE, "Go on.")).status())
        .isEqualTo(429);
  }

  @Test
  void another_gateway_knows_nothing() {
    first(22_000);
    assertThat(other.send(opus(LARGE, "Go on.")).status()).isEqualTo(429);
  }

  @Test
  void an_answer_that_was_cut_teaches_nothing() {
    var cut =
        Map.of(
            DataPlane.METER_START, text("{\"message\":{\"usage\":{\"input_tokens\":1}}}"),
            DataPlane.METER_VISIBLE, text("25000,0,0,5,-1,100000"));
    end(gateway, gateway.send(opus(LARGE)), CLIENT_GONE, cut);
    assertThat(gateway.send(opus(LARGE, "Go on.")).text()).contains("has too little left");
  }

  @Test
  void a_side_request_does_not_make_the_conversation_forgotten() {
    first(22_000);
    end(gateway, gateway.send(opus("A title, please.")), FINE, answered(100, 100));
    assertThat(gateway.send(opus(LARGE, "Go on.")).forwarded()).isTrue();
  }

  @Test
  void a_refusal_for_money_is_looked_at_again_where_money_seemed_plenty() {
    end(gateway, gateway.send(opus("Write a lot.")), FINE, answered(1_000, 26_000));
    end(gateway, gateway.send(opus(SMALL)), FINE, answered(2_000, 100));
    clock.advance(Duration.ofDays(1));
    end(gateway, gateway.send(opus("Hello.")), FINE, answered(100, 100));
    end(other, other.send(opus("Write a lot.")), FINE, answered(1_000, 33_600));
    var short1 = request("s1", "claude-opus-5-5", SMALL, "Go on.");
    var said = gateway.send(shorter(short1));
    assertThat(said.forwarded()).isTrue();
    assertThat(other.send(shorter(short1)).text()).contains("has too little left");
  }

  /// With the shortest answer, the request's loose bound is far below what this gateway last saw.
  private static Request shorter(Request request) {
    var body = new String(request.body(), java.nio.charset.StandardCharsets.UTF_8);
    var answer = body.replace("64000", "4096").getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return Request.of("POST", request.path(), "poor", answer).with(SESSION, "s1");
  }
}
