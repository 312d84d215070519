package dev.sluice.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Value;
import dev.sluice.core.envoy.DataPlane;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.UsageRecord;
import dev.sluice.extproc.TestGateway.Request;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.MemoryLedger;
import io.envoyproxy.envoy.data.accesslog.v3.ResponseFlags;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// As a budget fills a cheaper model serves: the same bytes but for its name, from a conversation's
/// start to its end.
class LadderTest {

  private static final ResponseFlags FINE = ResponseFlags.getDefaultInstance();
  private static final String SESSION = "x-claude-code-session-id";
  private static final String THOUGHT =
      "[{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"c2ln\"},"
          + "{\"type\":\"text\",\"text\":\"Yes.\"}]";

  private final ManualClock clock = new ManualClock();
  private final Ledger ledger = new MemoryLedger(clock);
  private final TestGateway gateway =
      new TestGateway(ledger, clock, GatewayConfig.DEFAULT, TestGateway.Bodies.KNOWN);

  @AfterEach
  void close() {
    gateway.close();
  }

  private static String body(String model, String text, String more) {
    return "{\"model\":\"" + model + "\",\"messages\":[" + user(text) + more + "]}";
  }

  private static String user(String text) {
    return "{\"role\":\"user\",\"content\":\"" + text + "\"}";
  }

  private static String turns() {
    return ",{\"role\":\"assistant\",\"content\":" + THOUGHT + "}," + user("Go on.");
  }

  private static Request request(String key, String session, String body) {
    return Request.post(key, body.replaceFirst("}$", ",\"max_tokens\":5000}"))
        .with(SESSION, session);
  }

  private static Request first(String session) {
    return request("stepped", session, body("kind-dear", "Begin " + session, ""));
  }

  private static Request later(String session) {
    return request("stepped", session, body("kind-dear", "Begin " + session, turns()));
  }

  private static Map<String, Value> answered(long output) {
    return Map.of(
        DataPlane.METER_START, text("{\"message\":{\"usage\":{\"input_tokens\":1000}}}"),
        DataPlane.METER_DELTA, text("{\"usage\":{\"output_tokens\":" + output + "}}"),
        DataPlane.METER_STOPPED, Value.newBuilder().setBoolValue(true).build(),
        DataPlane.METER_VISIBLE, text(output + ",0,0,5,-1,9000"));
  }

  private static Value text(String value) {
    return Value.newBuilder().setStringValue(value).build();
  }

  private UsageRecord served(Request request, long output) {
    return ended(gateway.send(request), output);
  }

  private UsageRecord ended(Said said, long output) {
    assertThat(said.forwarded()).as(said.response().toString()).isTrue();
    int before = gateway.usage.size();
    gateway.end(said, 200, FINE, answered(output));
    Awaitility.await().until(() -> gateway.usage.size() > before);
    return gateway.usage.getLast();
  }

  /// A thousand tokens of input in each request, and as much output as it takes.
  private void post(String key, String usd) {
    for (long left = NanoUsd.parse(usd).nanos(); left > 0; left -= 2_500_000_000L) {
      long output = (Math.min(left, 2_500_000_000L) - 5_000_000) / 25_000;
      var body = body("kind-dear", "A long answer.", "");
      var asked = body.replaceFirst("}$", ",\"max_tokens\":" + output + "}");
      ended(gateway.send(Request.post(key, asked)), output);
    }
  }

  @Test
  void from_the_step_on_a_new_session_is_served_by_the_cheaper_model() {
    post("stepped", "8.9");
    assertThat(served(first("s1"), 10).modelServed()).isEqualTo("kind-dear");
    post("stepped", "0.1");
    var said = gateway.send(first("s2"));
    assertThat(said.newBody().toStringUtf8())
        .isEqualTo(text(first("s2")).replace("kind-dear", "kind-cheap-sent"));
    assertThat(said.replyHeaders()).containsEntry(DataPlane.MODEL_FIELD, "kind-cheap");
    var usage = ended(said, 100);
    assertThat(usage.modelAsked()).isEqualTo("kind-dear");
    assertThat(usage.modelServed()).isEqualTo("kind-cheap");
    assertThat(usage.cost()).isEqualTo(NanoUsd.parse("0.0006"));
  }

  private static String text(Request request) {
    return new String(request.body(), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Test
  void a_conversation_stays_with_the_model_that_it_began_with() {
    served(first("before"), 10);
    post("stepped", "9.1");
    assertThat(served(first("after"), 10).modelServed()).isEqualTo("kind-cheap");
    assertThat(served(later("before"), 10).modelServed()).isEqualTo("kind-dear");
    assertThat(served(later("after"), 10).modelServed()).isEqualTo("kind-cheap");
    clock.advance(Duration.ofDays(1));
    assertThat(served(later("after"), 10).modelServed()).isEqualTo("kind-cheap");
    assertThat(served(first("after"), 10).modelServed()).isEqualTo("kind-dear");
    assertThat(served(later("after"), 10).modelServed()).isEqualTo("kind-dear");
  }

  @Test
  void a_side_request_does_not_take_the_conversation_with_it() {
    served(first("s1"), 10);
    post("stepped", "9.1");
    var side = request("stepped", "s1", body("kind-dear", "A title, please.", ""));
    assertThat(served(side, 10).modelServed()).isEqualTo("kind-cheap");
    assertThat(served(later("s1"), 10).modelServed()).isEqualTo("kind-dear");
  }

  @Test
  void a_request_that_the_cheaper_model_may_not_take_is_left_alone() {
    post("stepped", "9.1");
    var strange = body("kind-dear", "Hello.", "").replaceFirst("}$", ",\"speedup\":1}");
    assertThat(served(request("stepped", "s1", strange), 10).modelServed()).isEqualTo("kind-dear");
    var thinking =
        body("kind-dear", "Hello.", "").replaceFirst("}$", ",\"thinking\":{\"type\":\"off\"}}");
    assertThat(served(request("stepped", "s2", thinking), 10).modelServed()).isEqualTo("kind-dear");
    var adaptive = thinking.replace("off", "adaptive");
    assertThat(served(request("stepped", "s3", adaptive), 10).modelServed())
        .isEqualTo("kind-cheap");
    var cheap = body("kind-cheap", "Hello.", "");
    assertThat(gateway.send(request("stepped", "s4", cheap)).replyHeaders())
        .doesNotContainKey(DataPlane.MODEL_FIELD);
    var otherKind = body("kind-none", "Hello.", "");
    assertThat(gateway.send(request("stepped", "s5", otherKind)).replyHeaders())
        .doesNotContainKey(DataPlane.MODEL_FIELD);
  }

  @Test
  void a_client_that_names_no_session_is_left_alone() {
    post("stepped", "9.1");
    var unnamed = first("s1").without(SESSION);
    assertThat(served(unnamed, 10).modelServed()).isEqualTo("kind-dear");
  }

  @Test
  void the_keys_own_ladder_wins_over_its_teams() {
    post("nested", "0.25");
    var request = request("nested", "s1", body("kind-dear", "Hello.", ""));
    assertThat(served(request, 10).modelServed()).isEqualTo("kind-middle");
    post("nested", "0.66");
    var other = request("nested", "s2", body("kind-dear", "Hello.", ""));
    assertThat(served(other, 10).modelServed()).isEqualTo("kind-cheap");
    assertThat(served(request, 10).modelServed()).isEqualTo("kind-middle");
  }

  @Test
  void before_money_refuses_for_good_the_cheapest_model_is_tried() {
    post("stepped", "8.9");
    var large = body("kind-dear", "many words ".repeat(20_000), "");
    var said = gateway.send(request("stepped", "s1", large));
    assertThat(said.replyHeaders()).containsEntry(DataPlane.MODEL_FIELD, "kind-cheap");
    assertThat(ended(said, 10).modelServed()).isEqualTo("kind-cheap");
    var held = ledger.balances(Policies.budgets("stepped")).getFirst().held();
    assertThat(held).isEqualTo(NanoUsd.ZERO);
  }

  @Test
  void what_the_cheapest_model_could_have_but_for_requests_in_flight_is_not_refused_for_good() {
    post("stepped", "8.9");
    var rest = body("kind-dear", "All.", "").replaceFirst("}$", ",\"max_tokens\":64000}");
    assertThat(gateway.send(Request.post("stepped", rest)).forwarded()).isTrue();
    var large = body("kind-dear", "many words ".repeat(20_000), "");
    var said = gateway.send(request("stepped", "s1", large));
    assertThat(said.text()).contains("Budget of key stepped is held by requests in flight");
  }

  @Test
  void what_no_step_can_pay_is_refused() {
    post("stepped", "9.99");
    var said = gateway.send(first("s1"));
    assertThat(said.status()).isEqualTo(429);
    assertThat(said.text()).contains("Budget of key stepped has too little left");
  }
}
