package dev.sluice.extproc.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.wire.anthropic.Visible;
import dev.sluice.wire.anthropic.answer.AnswerReader;
import java.util.List;
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
  void an_answer_whole_or_byte_by_byte_is_counted_as_in_envoy(String name, String counted) {
    var expected = Visible.parse(counted);
    var answer =
        RecordedTraffic.responses().stream()
            .filter(response -> response.name().equals(name))
            .findFirst()
            .orElseThrow()
            .body();
    var whole = new AnswerReader();
    whole.read(answer, 0, answer.length);
    var byteByByte = new AnswerReader();
    for (int i = 0; i < answer.length; i++) {
      byteByByte.read(answer, i, 1);
    }
    for (var reader : List.of(whole, byteByByte)) {
      assertThat(reader.visible())
          .usingRecursiveComparison()
          .ignoringFields("bytes")
          .isEqualTo(expected);
      assertThat(reader.finished()).isTrue();
    }
  }
}
