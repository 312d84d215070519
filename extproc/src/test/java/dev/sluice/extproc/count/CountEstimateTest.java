package dev.sluice.extproc.count;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.translate.AtBedrock;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CountEstimateTest {

  private final Densities densities = new Densities();
  private final CountEstimate estimate = new CountEstimate(densities);

  private static Exchange.Facts asked(String content) {
    var body =
        "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":%s}]}"
            .formatted(AtBedrock.MODEL, content);
    return AtBedrock.facts(Endpoint.MESSAGES, body.getBytes(StandardCharsets.UTF_8), null);
  }

  private static Exchange.Facts text(int bytes) {
    return asked("\"" + "x".repeat(bytes) + "\"");
  }

  private long tokensOf(long bytes) {
    return estimate.tokens(text((int) bytes));
  }

  @Test
  void a_token_is_3_8_bytes_where_nothing_was_learned() {
    assertThat(tokensOf(38_000)).isBetween(10_000L, 10_050L);
  }

  @Test
  void it_is_what_was_billed_for_requests_of_the_model() {
    densities.learn(text(20_000), 10_000);
    assertThat(tokensOf(40_000)).isBetween(19_900L, 20_000L);
    densities.learn(text(60_000), 10_000);
    assertThat(tokensOf(40_000)).isBetween(9_900L, 10_100L);
  }

  @Test
  void small_requests_alone_teach_nothing() {
    densities.learn(text(2_000), 1_000);
    assertThat(tokensOf(38_000)).isBetween(10_000L, 10_050L);
  }

  @Test
  void what_is_no_measure_of_text_is_not_learned() {
    densities.learn(text(20_000), 30_000);
    densities.learn(text(20_000), 100);
    densities.learn(text(20_000), 0);
    densities.learn(image(), 10_000);
    assertThat(tokensOf(38_000)).isBetween(10_000L, 10_050L);
  }

  private static Exchange.Facts image() {
    var picture = "A".repeat(40_000);
    return asked(
        "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\","
            + "\"data\":\"%s\"}}]".formatted(picture));
  }

  @Test
  void an_image_is_no_text() {
    assertThat(estimate.tokens(image())).isBetween(1_600L, 1_700L);
  }

  @Test
  void old_requests_weigh_less_and_less() {
    for (int i = 0; i < 100; i++) {
      densities.learn(text(1 << 20), 1 << 18);
    }
    for (int i = 0; i < 60; i++) {
      densities.learn(text(1 << 20), 1 << 19);
    }
    assertThat(tokensOf(40_000)).isGreaterThan(18_500);
  }
}
