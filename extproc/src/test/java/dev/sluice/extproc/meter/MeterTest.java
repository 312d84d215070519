package dev.sluice.extproc.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.extproc.count.Densities;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Seen;
import dev.sluice.extproc.translate.AtBedrock;
import dev.sluice.wire.anthropic.CutEstimator;
import dev.sluice.wire.anthropic.Visible;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MeterTest {

  private static final String TEXT = "many words ".repeat(1_000);

  private final Meter meter = new Meter(new CutEstimator(), new Densities());
  private final Exchange.Facts facts =
      AtBedrock.facts(
          Endpoint.EMBEDDINGS,
          "{\"model\":\"%s\",\"input\":\"%s\"}"
              .formatted(AtBedrock.MODEL, TEXT)
              .getBytes(StandardCharsets.UTF_8),
          null);

  private Measured measured(@Nullable String usage) {
    var readings = new Ending.Readings(null, null, false, 0, null, usage, null, null);
    var ending =
        new Ending(
            "r", "r", 200, false, true, Ending.BY_PROVIDER, 40L, 120, 90, 0, readings, null, false);
    return meter.measure(facts, facts.bound(), 0, Seen.NOTHING, ending);
  }

  /// The output of an answer that told its input, and of which nothing has passed but that.
  private long cut(Seen seen, long cameBytes) {
    var body = "{\"model\":\"%s\",\"max_tokens\":9000,\"stream\":true,\"messages\":[]}";
    var asked =
        AtBedrock.facts(
            Endpoint.MESSAGES,
            body.formatted(AtBedrock.MODEL).getBytes(StandardCharsets.UTF_8),
            null);
    var start =
        "{\"type\":\"message_start\",\"message\":{\"usage\":"
            + "{\"input_tokens\":9,\"output_tokens\":1}}}";
    var readings = new Ending.Readings(start, null, false, 0, null, null, null, null);
    var ending =
        new Ending(
            "r",
            "r",
            200,
            false,
            true,
            Ending.BY_PROVIDER,
            40L,
            120,
            90,
            cameBytes,
            readings,
            null,
            false);
    var measured = meter.measure(asked, asked.bound(), 0, seen, ending);
    assertThat(measured.estimated()).isTrue();
    return measured.tokens().output();
  }

  private static Seen seen(long pieces, long bytes, long held, boolean endless, boolean hides) {
    return new Seen(new Visible(pieces, 0, 0, 5, -1, 4 * pieces), bytes, held, endless, hides, 0);
  }

  @Test
  void what_was_read_and_has_not_passed_counts() {
    long nothing = cut(Seen.NOTHING, 0);
    long told = cut(seen(1_000, 20_000, 0, false, false), 20_000);
    assertThat(told).isGreaterThan(1_000 + nothing);
    assertThat(cut(seen(1_000, 20_000, 600, false, false), 20_000))
        .isGreaterThanOrEqualTo(told + 300);
  }

  @Test
  void what_came_and_was_not_read_counts() {
    long told = cut(seen(1_000, 20_000, 0, false, false), 20_000);
    assertThat(cut(seen(1_000, 20_000, 0, false, false), 21_000)).isGreaterThan(told + 50);
    assertThat(cut(seen(0, 0, 0, false, false), 16_000)).isGreaterThan(1_000);
  }

  @Test
  void a_call_that_is_one_event_and_not_there_costs_what_was_held_for_it() {
    assertThat(cut(seen(100, 2_000, 600, true, true), 2_000)).isEqualTo(9_000);
    assertThat(cut(seen(100, 2_000, 0, false, true), 4_000)).isEqualTo(9_000);
    assertThat(cut(seen(100, 2_000, 0, false, true), 2_000)).isLessThan(1_000);
  }

  @Test
  void embeddings_that_told_no_usage_cost_their_bound_whatever_was_learned() {
    assertThat(measured("{\"total_tokens\":2000}").tokens().input()).isEqualTo(2_000);
    assertThat(measured("{\"total_tokens\":2000}").estimated()).isFalse();
    for (var usage : new String[] {null, "{\"prompt_tokens\":2000,\"estimated\":true}"}) {
      var measured = measured(usage);
      assertThat(measured.estimated()).isTrue();
      assertThat(measured.tokens().input()).isEqualTo(TEXT.length() + 16);
      assertThat(measured.cost()).isEqualTo(facts.bound().cost(facts.route().price()));
    }
  }

  @Test
  void what_was_told_is_kept_and_an_estimate_of_the_gateways_own_is_not() {
    var usage = "{\"prompt_tokens\":2000,\"total_tokens\":2000}";
    assertThat(String.valueOf(measured(usage).told())).isEqualTo(usage);
    assertThat(measured("{\"prompt_tokens\":2000,\"estimated\":true}").told()).isNull();
  }
}
