package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.budget.Level;
import dev.sluice.core.money.NanoUsd;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HoldRequestTest {

  @Test
  void amounts_beyond_what_a_script_counts_exactly_are_refused() {
    var tooMuch = new NanoUsd(NanoUsd.MAX.nanos() + 1);
    assertThatThrownBy(() -> request("id", tooMuch, NanoUsd.ZERO, Duration.ofHours(1)))
        .hasMessage(
            "ask: $9007199.254740993 and 0 tokens"
                + " (expected: at most $9007199.254740992, and 2^53 tokens)");
    assertThatThrownBy(
            () ->
                Samples.hold("id", List.of(Samples.yearly(Level.KEY, "a/b", "9007200")), "1", "1"))
        .hasMessage("limit of a/b: $9007200 (expected: $0..$9007199.254740992)");
  }

  @Test
  void the_least_is_never_more_than_the_ask() {
    assertThatThrownBy(() -> Samples.hold("id", List.of(), "1", "2"))
        .hasMessage("least: $2 and 0 tokens (expected: at most $1 and 0 tokens)");
  }

  @Test
  void a_hold_has_an_id_and_a_lifetime() {
    var one = new NanoUsd(1);
    assertThatThrownBy(() -> request("", one, one, Duration.ofHours(1)))
        .hasMessage("id:  (expected: not empty, no character 0)");
    assertThatThrownBy(() -> request("id", one, one, Duration.ZERO))
        .hasMessage("lifetime: PT0S (expected: 1 ms or more)");
  }

  @Test
  void a_budget_is_charged_once() {
    var budget = Samples.yearly(Level.KEY, "a/b", "1");
    var again = Samples.yearly(Level.KEY, "a/b", "2");
    assertThatThrownBy(() -> Samples.hold("id", List.of(budget, again), "1", "1"))
        .hasMessage("limits: key:a/b:Year.Z twice (expected: each once)");
  }

  private static HoldRequest request(String id, NanoUsd ask, NanoUsd least, Duration lifetime) {
    return new HoldRequest(
        id, List.of(), Amounts.usd(ask), Amounts.usd(least), "prices-1", lifetime);
  }
}
