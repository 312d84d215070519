package dev.sluice.extproc.translate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.extproc.count.CountEstimate;
import dev.sluice.extproc.count.Densities;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.translate.WayBack.Fate;
import dev.sluice.extproc.watch.AnswerHead;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of Anthropic's answer to a count.
class CountHomeTest {

  private static final byte[] BODY =
      "{\"model\":\"claude-sonnet-5\",\"messages\":[]}".getBytes(StandardCharsets.UTF_8);

  private final CountHome back =
      new CountHome(
          AtBedrock.facts(Endpoint.COUNT_TOKENS, BODY, null), new CountEstimate(new Densities()));

  private Fate fate(String status, boolean byProvider) {
    return back.begins(
        new AnswerHead(status, "application/json", null, false, null, byProvider, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"200", "400", "401", "403", "404", "413"})
  void what_anthropic_says_of_the_request_passes(String status) {
    assertThat(fate(status, true)).isInstanceOf(Fate.AsItIs.class);
  }

  @ParameterizedTest
  @CsvSource({"408,true", "429,true", "500,true", "529,true", "503,false", "504,false"})
  void what_fails_for_now_is_estimated(String status, boolean byProvider) {
    assertThat(fate(status, byProvider))
        .isInstanceOfSatisfying(
            Fate.Replaced.class,
            replaced -> {
              assertThat(replaced.answer().status()).isEqualTo(200);
              assertThat(replaced.answer().headers())
                  .anyMatch(header -> header.name().equals("x-sluice-estimated"));
            });
  }
}
