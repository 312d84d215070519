package dev.sluice.extproc.meter;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.extproc.count.Densities;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.translate.AtBedrock;
import dev.sluice.wire.anthropic.CutEstimator;
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
            "r", "r", 200, false, true, Ending.BY_PROVIDER, 40L, 120, 90, readings, null, false);
    return meter.measure(facts, facts.bound(), 0, ending);
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
