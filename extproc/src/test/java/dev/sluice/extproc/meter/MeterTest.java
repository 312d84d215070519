package dev.sluice.extproc.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.usage.UsageRecord.Outcome;
import dev.sluice.extproc.count.Densities;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Seen;
import dev.sluice.extproc.translate.AtBedrock;
import dev.sluice.wire.anthropic.Visible;
import dev.sluice.wire.anthropic.estimate.CutEstimator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MeterTest {

  private static final String BROKE = Ending.BROKE_BEFORE + "{connection_termination}";
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

  private static Exchange.Facts asked() {
    var body = "{\"model\":\"%s\",\"max_tokens\":9000,\"stream\":true,\"messages\":[]}";
    return AtBedrock.facts(
        Endpoint.MESSAGES, body.formatted(AtBedrock.MODEL).getBytes(StandardCharsets.UTF_8), null);
  }

  /// What a request costs whose answer had not begun after 120 ms.
  ///
  /// @param own status of an error that the provider began; 0 where there is none
  private Measured unanswered(int status, boolean sent, String details, int own) {
    var readings = new Ending.Readings(null, null, false, own, null, null, null, null);
    var ending =
        new Ending("r", "r", status, false, sent, details, null, 120, 0, 0, readings, null, false);
    var asked = asked();
    return meter.measure(asked, asked.bound(), 0, Seen.NOTHING, ending);
  }

  /// The output of an answer that told its input, and of which nothing has passed but that.
  private long cut(Seen seen, long cameBytes) {
    var asked = asked();
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
  void a_connection_that_broke_before_an_answer_costs_what_one_that_took_as_long_does() {
    var broke = unanswered(503, true, BROKE, 0);
    assertThat(broke).isEqualTo(unanswered(Ending.TIMED_OUT, true, "response_timeout", 0));
    assertThat(broke.estimated()).isTrue();
    assertThat(broke.outcome()).isEqualTo(Outcome.UPSTREAM_UNAVAILABLE);
    assertThat(broke.tokens().input()).isEqualTo(asked().bound().inputTokens());
    assertThat(broke.tokens().output()).isBetween(120L, 200L);
  }

  @Test
  void a_request_that_was_not_sent_whole_or_was_refused_costs_nothing() {
    for (var free : List.of(unanswered(503, false, BROKE, 0), unanswered(503, true, BROKE, 529))) {
      assertThat(free.cost()).isEqualTo(NanoUsd.ZERO);
      assertThat(free.estimated()).isFalse();
    }
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
