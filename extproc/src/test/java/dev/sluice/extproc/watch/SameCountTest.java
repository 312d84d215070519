package dev.sluice.extproc.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.wire.anthropic.Visible;
import dev.sluice.wire.anthropic.answer.AnswerReader;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A watched answer is counted as the meter inside Envoy counts it: the same recorded answers, and
/// the same numbers, as in its own test (`EnvoyMeterIT`).
final class SameCountTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text-thinking.sse   | 280,12,0,7,-1,8804
          tool-use.sse        | 55,4,0,6,-1,4290
          midstream-error.sse | 10,0,0,5,-1,1027
          """)
  void an_answer_cut_anywhere_is_counted_as_in_envoy(String name, String counted) {
    var expected = Visible.parse(counted);
    var answer =
        RecordedTraffic.responses().stream()
            .filter(response -> response.name().equals(name))
            .findFirst()
            .orElseThrow()
            .body();
    for (int cut = 0; cut < answer.length; cut++) {
      var reader = new AnswerReader();
      reader.read(answer, 0, cut);
      reader.read(answer, cut, answer.length - cut);
      assertThat(reader.visible())
          .as("cut at %d", cut)
          .usingRecursiveComparison()
          .ignoringFields("bytes")
          .isEqualTo(expected);
      assertThat(reader.finished()).isTrue();
    }
  }
}
