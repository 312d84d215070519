package dev.sluice.testkit.anthropic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.billing.Outcome;
import dev.sluice.testkit.billing.PriceTable;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordedTrafficTest {

  @ParameterizedTest
  @MethodSource("dev.sluice.testkit.RecordedTraffic#requests")
  void accepts_every_recorded_request(RecordedTraffic.Request recorded) {
    try (var simulator = AnthropicSimulator.start(PriceTable.recorded())) {
      var response = new Client(simulator).replay(recorded);
      assertThat(response.statusCode()).as(Client.text(response)).isEqualTo(200);
      assertThat(simulator.violations()).isEmpty();
      assertThat(simulator.requests().getFirst().bodyBytes())
          .isEqualTo(recorded.http().body().length);
    }
  }

  @Test
  void a_second_turn_reads_from_the_cache_what_the_first_one_wrote() {
    try (var simulator = AnthropicSimulator.start(PriceTable.recorded())) {
      var client = new Client(simulator);
      var first = RecordedTraffic.request("06-long-250k-2.1.329");
      client.replay(first);
      client.replay(first);
      assertThat(simulator.awaitIdle(Duration.ofSeconds(10))).isTrue();
      var entries = simulator.bill().entries();
      var written = entries.get(0).usage();
      var read = entries.get(1).usage();
      assertThat(written.cacheRead()).isZero();
      assertThat(written.cacheWrite5m()).isGreaterThan(50_000);
      assertThat(read.cacheRead()).isEqualTo(written.cacheWrite5m());
      assertThat(read.cacheWrites()).isZero();
      assertThat(read.input()).isEqualTo(written.input());
      assertThat(entries).allMatch(entry -> entry.outcome() == Outcome.COMPLETED);
    }
  }
}
