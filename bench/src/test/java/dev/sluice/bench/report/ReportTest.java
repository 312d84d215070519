package dev.sluice.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.bench.Side;
import dev.sluice.bench.Workload;
import dev.sluice.bench.load.Timings;
import dev.sluice.bench.process.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  @Test
  void takes_differences_within_a_round_and_the_median_over_rounds() {
    var samples = new ArrayList<Sample>();
    long[] machine = {1, 10, 100}; // each round is ten times as slow as the one before
    for (int round = 0; round < 3; round++) {
      long slow = machine[round];
      samples.add(sample(round, "49k-16", Side.DIRECT, 1_000_000 * slow, 0));
      samples.add(sample(round, "49k-16", Side.BARE, 2_000_000 * slow, 100 * slow));
      samples.add(sample(round, "49k-16", Side.SLUICE, 5_000_000 * slow, 300 * slow));
    }
    String plain = new Report(samples).plain();
    assertThat(plain.lines().filter(l -> l.startsWith("49k-16") && l.contains("Sluice")))
        .anyMatch(l -> l.contains("+40.00"))
        .anyMatch(l -> l.endsWith("3.00"));
    assertThat(plain.lines().filter(l -> l.startsWith("CPU per request")))
        .singleElement()
        .satisfies(l -> assertThat(l).contains("3.00").endsWith("reached"));
  }

  @Test
  void counts_only_what_a_stream_costs_more_than_a_short_answer_as_the_cost_of_its_events() {
    var samples =
        List.of(
            sample(0, "49k-16", Side.BARE, 1, 1_000),
            sample(0, "paced-16", Side.BARE, 1, 1_000 + 190 * 20),
            sample(0, "49k-16", Side.SLUICE, 1, 9_000),
            sample(0, "paced-16", Side.SLUICE, 1, 9_000 + 190 * 40));
    String plain = new Report(samples).plain();
    assertThat(plain.lines().filter(l -> l.startsWith("CPU per event")))
        .singleElement()
        .satisfies(l -> assertThat(l).contains("2.00").endsWith("missed"));
  }

  @Test
  void says_nothing_about_targets_whose_workload_did_not_run() {
    String markdown = new Report(List.of(sample(0, "250k-1", Side.DIRECT, 1, 0))).markdown();
    assertThat(markdown).contains("| 250k-1").doesNotContain("reached").doesNotContain("missed");
  }

  private static Sample sample(int round, String name, Side side, long nanos, long cpuMicros) {
    var workload =
        Workload.all().stream().filter(w -> w.name().equals(name)).findFirst().orElseThrow();
    var timings = new Timings(new long[] {nanos}, new long[] {nanos}, new long[0]);
    Map<Role, Long> cpu = side == Side.DIRECT ? Map.of() : Map.of(Role.ENVOY, cpuMicros);
    return new Sample(round, workload, side, 1, timings, cpu, Map.of());
  }
}
