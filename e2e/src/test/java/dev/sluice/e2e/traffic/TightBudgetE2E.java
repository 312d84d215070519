package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.billing.Prompt;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.Script;
import dev.sluice.wire.anthropic.BodyOutline;
import dev.sluice.wire.anthropic.RequestScanner;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A session of a small budget goes on until the money is really spent.
final class TightBudgetE2E {

  private static final String RECORDED = "01-first-turn-p-2.1.329";
  private static final String LIMIT = "0.60";

  /// Of opus, in nano-dollars: input cached for five minutes, output, and the shortest answer worth
  /// asking for.
  private static final long INPUT_NANOS = 5_000;

  private static final long OUTPUT_NANOS = 20_000;
  private static final long OUTPUT_MIN = 4_096;

  /// The loose bound refuses the next turn once this much is posted.
  private static final double LOOSE_SHARE_MAX = 0.3;

  @Test
  void a_session_uses_its_budget_up_to_the_bound_of_one_request_and_never_over() {
    try (var world = World.start(World.key("alice", LIMIT))) {
      world.simulator().otherwise(_ -> Script.answer().textOfTokens(800));
      var session = new Session(world);
      var answer = session.turn();
      while (answer.statusCode() == 200) {
        answer = session.turn();
      }
      assertThat(text(answer))
          .contains("billing_error", "Budget of key alice has too little left for this request: ");
      assertThat(answer.headers().firstValue("x-should-retry")).hasValue("false");
      var posted = session.posted();
      assertThat(world.simulator().settledBill().usd()).isEqualByComparingTo(decimal(posted));
      var limit = NanoUsd.parse(LIMIT);
      var used = (double) posted.nanos() / limit.nanos();
      System.out.printf(
          "%d turns, then refused at %s of %s (%.0f %%)%n",
          world.simulator().bill().exchanges(), posted, limit, used * 100);
      assertThat(posted).isLessThanOrEqualTo(limit);
      assertThat(posted.plus(session.leastOfLastTurn())).isGreaterThan(limit);
      assertThat(used).isGreaterThan(LOOSE_SHARE_MAX);
    }
  }

  @Test
  void the_real_claude_code_works_until_the_money_is_spent() {
    try (var world = World.start(World.key("alice", LIMIT))) {
      world
          .simulator()
          .otherwise(
              _ ->
                  Script.answer()
                      .thinkingOfTokens(600)
                      .tool("Bash", Map.of("command", "echo another turn")));
      var claude = ClaudeCode.at(world.gateway().address(), world.gateway().key("alice"));
      var result = claude.print("work until the money is gone", Duration.ofSeconds(120));
      assertThat(result.stdout())
          .contains("Budget of key alice has too little left for this request: ");
      assertThat(world.simulator().violations()).isEmpty();
      assertThat(world.gateway().admin("/metrics")).contains("sluice_hold_overruns_total 0.0");
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> world.gateway().budgets("alice").at("/0/held").asString().equals("0"));
      var posted = NanoUsd.parse(world.gateway().budgets("alice").get(0).path("posted").asString());
      System.out.printf(
          "Claude Code: %d requests, then refused at %s of %s%n",
          world.simulator().bill().exchanges(), posted, LIMIT);
      assertThat(world.simulator().settledBill().usd()).isEqualByComparingTo(decimal(posted));
      assertThat((double) posted.nanos() / NanoUsd.parse(LIMIT).nanos())
          .isBetween(LOOSE_SHARE_MAX, 1.0);
    }
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static java.math.BigDecimal decimal(NanoUsd amount) {
    return java.math.BigDecimal.valueOf(amount.nanos(), 9);
  }

  /// One conversation, a turn at a time.
  private static final class Session {

    private final World world;
    private final RecordedClient client;
    private final RecordedTraffic.Request recorded = RecordedTraffic.request(RECORDED);
    private final ObjectNode json;
    private byte[] before = new byte[0];
    private byte[] body = new byte[0];

    Session(World world) {
      this.world = world;
      client = new RecordedClient(world.gateway().address(), world.gateway().key("alice"));
      json = (ObjectNode) JsonMapper.shared().readTree(recorded.http().body());
    }

    HttpResponse<byte[]> turn() {
      var http = recorded.http();
      before = body;
      body = JsonMapper.shared().writeValueAsBytes(json);
      var request = new HttpRequest(http.method(), http.target(), http.headers(), body);
      var turn = new RecordedTraffic.Request(recorded.name(), request);
      var answer = Turns.untilFinal(client, turn);
      settled();
      var messages = (ArrayNode) json.path("messages");
      say(messages, "assistant", "Done.");
      say(messages, "user", "Go on, with step " + messages.size() + ".");
      CacheMark.moveToEnd(messages);
      return answer;
    }

    private static void say(ArrayNode messages, String role, String text) {
      var message = messages.addObject().put("role", role);
      message.putArray("content").addObject().put("type", "text").put("text", text);
    }

    private void settled() {
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> balance("held").equals(NanoUsd.ZERO));
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> world.usage("alice").size() == world.simulator().settledBill().exchanges());
    }

    NanoUsd posted() {
      return balance("posted");
    }

    private NanoUsd balance(String field) {
      return NanoUsd.parse(world.gateway().budgets("alice").get(0).path(field).asString());
    }

    /// The least that the refused turn could be held for, by the turn before it or by a count.
    NanoUsd leastOfLastTurn() {
      var billed = world.simulator().settledBill().entries().getLast().usage();
      long told =
          billed.input() + billed.cacheRead() + billed.cacheWrite5m() + billed.cacheWrite1h();
      long counted = Prompt.of("", JsonMapper.shared().readTree(body)).tokens();
      long input =
          Math.min(
              outline(body).inputTokensMax(outline(before), told),
              counted + Math.ceilDiv(counted * 2, 100) + 256);
      return new NanoUsd(input * INPUT_NANOS + OUTPUT_MIN * OUTPUT_NANOS + 3);
    }

    private static BodyOutline outline(byte[] body) {
      return BodyOutline.of(RequestScanner.scan(body, 0, body.length), body, 0, body.length);
    }
  }
}
