package dev.sluice.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MemoryLedgerTest {

  static List<String> scenarios() {
    return Scenario.names();
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void plays_the_scenario(String name) {
    var clock = new ManualClock();
    var text = Scenario.text(name);
    assertThat(new Scenario(new MemoryLedger(clock), clock::set).play(text)).isEqualTo(text);
  }

  @Test
  void random_histories_lower_what_was_posted_in_full() {
    long lowered = 0;
    for (int seed = 0; seed < 150; seed++) {
      var history = new History(seed, List.of(), _ -> {});
      history.play(60, () -> {});
      lowered += history.lowered();
    }
    assertThat(lowered).isGreaterThan(50);
  }

  @Test
  void keeps_the_books_in_random_histories() {
    Seeds.of("model", 10_000)
        .forEach(seed -> new History(seed, List.of(), _ -> {}).play(60, () -> {}));
  }
}
