package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.billing.Prompt;
import dev.sluice.testkit.script.ApiCall;
import dev.sluice.testkit.script.Script;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// A key of one dollar serves the first requests of sessions that nobody knows, one after the
/// other, until the dollar is really spent: the provider counts what their bytes would refuse.
final class FirstTurnE2E {

  private static final NanoUsd LIMIT = NanoUsd.parse("1");
  private static final int SESSIONS_MAX = 200;
  private static final long OUTPUT_MIN = 4_096;
  private static final long ANSWER_TOKENS = 800;

  /// Of the dearest model here (opus 4), in nano-dollars: input cached for five minutes, and
  /// output.
  private static final long INPUT_NANOS = 6_250;

  private static final long OUTPUT_NANOS = 25_000;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "01-first-turn-p-2.1.329",
        "03-first-turn-tui-2.1.329",
        "05-mcp-80-tools-2.1.197",
        "14-gateway-mode-2.1.329"
      })
  void a_dollar_serves_first_turns_until_it_is_spent(String name) {
    serveUntilSpent(List.of(name));
  }

  @Test
  void a_dollar_serves_different_sessions_until_it_is_spent() {
    serveUntilSpent(
        List.of(
            "05-mcp-80-tools-2.1.197",
            "01-first-turn-p-2.1.329",
            "04-first-turn-sonnet-2.1.197",
            "09-subagent-2.1.329"));
  }

  @Test
  void a_count_that_is_lost_is_asked_for_again() {
    try (var world = World.start(World.key("alice", "0.90"))) {
      world.simulator().when(FirstTurnE2E::isCount, Script.overloaded(), Script.answer());
      var client = new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
      var lost = client.whole(Turns.turn("05-mcp-80-tools-2.1.197", 1));
      assertThat(lost.statusCode()).isEqualTo(429);
      assertThat(text(lost)).contains("rate_limit_error", "try again in a moment");
      assertThat(lost.headers().firstValue("retry-after")).hasValue("2");
      assertThat(lost.headers().firstValue("x-should-retry")).isEmpty();
      var again = client.whole(Turns.turn("05-mcp-80-tools-2.1.197", 1));
      assertThat(again.statusCode()).isEqualTo(200);
      assertThat(world.gateway().admin("/metrics"))
          .contains(
              "sluice_input_counts_total{outcome=\"lost\"} 1.0",
              "sluice_input_counts_total{outcome=\"counted\"} 1.0");
    }
  }

  @Test
  void a_provider_that_does_not_count_leaves_the_bound_by_bytes() {
    try (var world = World.start(World.key("alice", "0.90"))) {
      world
          .simulator()
          .when(FirstTurnE2E::isCount, Script.fails(404, "not_found_error", "Not found"));
      var client = new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
      assertRefusedForGood(client.whole(Turns.turn("05-mcp-80-tools-2.1.197", 1)));
      assertThat(balance(world, "posted")).isEqualTo(NanoUsd.ZERO);
      assertThat(world.simulator().bill().exchanges()).isZero();
    }
  }

  private static boolean isCount(ApiCall call) {
    return call.request().path().endsWith("/count_tokens");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static void serveUntilSpent(List<String> names) {
    try (var world = World.start(World.key("alice", "1.00"))) {
      world.simulator().otherwise(_ -> Script.answer().textOfTokens((int) ANSWER_TOKENS));
      var client = new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
      int served = 0;
      var request = Turns.turn(names.getFirst(), 1);
      var answer = Turns.untilFinal(client, request);
      while (answer.statusCode() == 200 && served < SESSIONS_MAX) {
        served++;
        settled(world);
        request = Turns.turn(names.get(served % names.size()), served + 1);
        answer = Turns.untilFinal(client, request);
      }
      var posted = balance(world, "posted");
      System.out.printf(
          "%s: %d sessions, then refused at %s of %s%n", names, served, posted, LIMIT);
      assertRefusedForGood(answer);
      assertThat(world.simulator().violations()).isEmpty();
      assertThat(world.simulator().settledBill().usd())
          .isEqualByComparingTo(java.math.BigDecimal.valueOf(posted.nanos(), 9));
      assertThat(posted).isLessThanOrEqualTo(LIMIT);
      assertThat(posted.plus(exactBound(request))).isGreaterThan(LIMIT);
      assertThat(served).isPositive();
      assertThat(world.gateway().admin("/metrics"))
          .contains("sluice_hold_overruns_total 0.0", "sluice_input_counts_exceeded_total 0.0");
    }
  }

  private static void assertRefusedForGood(HttpResponse<byte[]> answer) {
    assertThat(text(answer))
        .contains("billing_error", "Budget of key alice has too little left for this request: ");
    assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
  }

  /// By the provider's count and its margin of 2 % and 256 tokens, with the shortest answer worth
  /// asking for.
  private static NanoUsd exactBound(RecordedTraffic.Request request) {
    var json = JsonMapper.shared().readTree(request.http().body());
    long counted = Prompt.of("", json).tokens();
    long input = counted + Math.ceilDiv(counted * 2, 100) + 256;
    return new NanoUsd(input * INPUT_NANOS + OUTPUT_MIN * OUTPUT_NANOS);
  }

  private static void settled(World world) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> balance(world, "held").equals(NanoUsd.ZERO));
  }

  private static NanoUsd balance(World world, String field) {
    return NanoUsd.parse(world.gateway().budgets("alice").get(0).path(field).asString());
  }
}
