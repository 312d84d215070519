package dev.sluice.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.e2e.World;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.anthropic.billing.Prompt;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.billing.Rates;
import dev.sluice.testkit.script.Script;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A key with $2.00 serves what Claude Code sends, with `max_tokens` of 64,000 and 128,000, session
/// after session, as long as the money covers it; a reservation of all that is asked for would
/// refuse nearly all of it.
final class FalseRefusalE2E {

  private static final BigDecimal LIMIT = new BigDecimal("2.00");
  private static final int ANSWER_TOKENS = 2_000;
  private static final long OUTPUT_MIN = 4_096;
  private static final int SESSIONS_MAX = 500;
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final PriceTable PRICES = PriceTable.recorded();

  /// All of opus: first turns, a sub-agent's, and long conversations.
  private static final List<String> RECORDED =
      List.of(
          "01-first-turn-p-2.1.329",
          "05-mcp-80-tools-2.1.197",
          "06-long-250k-2.1.329",
          "07-long-520k-2.1.329",
          "08-long-950k-2.1.329",
          "09-subagent-2.1.329",
          "14-gateway-mode-2.1.329");

  /// What became of one key's money.
  ///
  /// @param refused the first one that was, for good
  /// @param costs of the sessions that were served
  /// @param left when it was refused
  private record Spent(RecordedTraffic.Request refused, List<BigDecimal> costs, BigDecimal left) {

    int served() {
      return costs.size();
    }

    BigDecimal used() {
      return costs.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /// How many of these a gateway would serve that reserves input and `max_tokens` in full.
    int servedNaively() {
      var asked = naiveBound();
      var spent = BigDecimal.ZERO;
      for (int served = 0; served < costs.size(); served++) {
        if (spent.add(asked).compareTo(LIMIT) > 0) {
          return served;
        }
        spent = spent.add(costs.get(served));
      }
      return costs.size();
    }

    /// Input by the provider's count, and `max_tokens`, at full price.
    BigDecimal naiveBound() {
      return cost(rates().input(), counted(), body().path("max_tokens").asLong());
    }

    /// The least that the gateway can hold: the count and its margin of 2 % and 256 tokens, at the
    /// rate of a cache write, and the shortest answer worth asking for.
    BigDecimal exactBound() {
      long input = counted() + Math.ceilDiv(counted() * 2, 100) + 256;
      return cost(rates().cacheWrite5m(), input, OUTPUT_MIN);
    }

    private BigDecimal cost(BigDecimal inputRate, long input, long output) {
      return inputRate
          .multiply(BigDecimal.valueOf(input))
          .add(rates().output().multiply(BigDecimal.valueOf(output)))
          .movePointLeft(6);
    }

    private JsonNode body() {
      return JsonMapper.shared().readTree(refused.http().body());
    }

    private long counted() {
      return Prompt.of("", body()).tokens();
    }

    private Rates rates() {
      return PRICES.find(body().path("model").asString()).orElseThrow().rates();
    }

    String row() {
      var naively = costs.subList(0, servedNaively()).stream();
      return String.format(
          Locale.ROOT,
          "| %s | $%.2f | %d, $%.2f | $%.2f | %d, $%.2f |",
          refused.name(),
          naiveBound(),
          served(),
          used(),
          exactBound(),
          servedNaively(),
          naively.reduce(BigDecimal.ZERO, BigDecimal::add));
    }
  }

  @Test
  void two_dollars_serve_session_after_session_until_the_next_ones_cost_may_not_fit() {
    var manifests = new StringBuilder();
    RECORDED.forEach(name -> manifests.append(World.key(key(name), LIMIT.toPlainString())));
    try (var world = World.start(manifests.toString())) {
      world.simulator().otherwise(_ -> Script.answer().textOfTokens(ANSWER_TOKENS));
      System.out.println(
          "| request | asks for | served of $2.00 | exact bound | served if reserved in full |");
      for (var name : RECORDED) {
        var spent = spend(world, name);
        System.out.println(spent.row());
        assertThat(spent.served()).as(name).isPositive();
        assertThat(spent.left()).as(name).isLessThan(spent.exactBound());
        assertThat(spent.used()).as(name).isLessThanOrEqualTo(LIMIT);
        assertThat(spent.servedNaively()).as(name).isLessThan(spent.served());
      }
      assertThat(world.simulator().violations()).isEmpty();
      assertThat(world.gateway().admin("/metrics"))
          .contains("sluice_hold_overruns_total 0.0", "sluice_input_counts_exceeded_total 0.0");
    }
  }

  private static String key(String name) {
    return "key-" + name.substring(0, 2);
  }

  private static Spent spend(World world, String name) {
    var client = new RecordedClient(world.gateway().address(), world.gateway().key(key(name)));
    var costs = new ArrayList<BigDecimal>();
    while (costs.size() < SESSIONS_MAX) {
      var turn = Turns.turn(name, 1_000L * RECORDED.indexOf(name) + costs.size() + 1);
      var before = world.simulator().settledBill().usd();
      var answer = Turns.untilFinal(client, turn);
      settled(world, name);
      if (answer.statusCode() != 200) {
        assertThat(text(answer)).contains("Budget of key " + key(name) + " has too little left");
        var left = usd(world, name, "remaining");
        return new Spent(turn, costs, left);
      }
      costs.add(world.simulator().settledBill().usd().subtract(before));
      assertThat(usd(world, name, "posted"))
          .isEqualByComparingTo(costs.stream().reduce(BigDecimal.ZERO, BigDecimal::add));
    }
    throw new AssertionError(name + ": never refused");
  }

  private static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  private static void settled(World world, String name) {
    Awaitility.await()
        .atMost(WITHIN)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> usd(world, name, "held").signum() == 0);
  }

  private static BigDecimal usd(World world, String name, String field) {
    return new BigDecimal(world.gateway().budgets(key(name)).get(0).path(field).asString());
  }
}
