package dev.sluice.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.bench.upstream.Answer;
import dev.sluice.bench.upstream.Upstream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LoadTest {
  private static final RequestBytes REQUEST =
      RequestBytes.of("Content-Type: application/json\n", "some-key", new byte[50_000]);

  @Test
  void times_every_request_of_every_connection() {
    try (var upstream = Upstream.open()) {
      for (Answer answer : new Answer[] {Answer.SHORT, Answer.BURST}) {
        upstream.answerWith(answer);
        var timings = new Load(REQUEST, answer, 3, 5).run(upstream.address());
        assertThat(timings.all()).hasSize(15).isSorted();
        assertThat(timings.firstByte()).hasSize(15).isSorted();
        assertThat(timings.eventDelay()).isEmpty();
        assertThat(timings.firstByte()[0]).isPositive();
      }
    }
  }

  @Test
  void reads_the_delay_of_every_paced_event() {
    try (var upstream = Upstream.open()) {
      upstream.answerWith(Answer.PACED);
      var timings = new Load(REQUEST, Answer.PACED, 2, 1).run(upstream.address());
      assertThat(timings.eventDelay()).hasSize(2 * Answer.PACED.deltas()).isSorted();
      assertThat(Arrays.stream(timings.eventDelay())).allMatch(nanos -> nanos > 0);
      assertThat(timings.all()[0]).isGreaterThanOrEqualTo(Answer.PACED.deltas() * 5_000_000L);
    }
  }

  @Test
  void fails_on_an_answer_that_it_did_not_ask_for() {
    try (var upstream = Upstream.open()) {
      upstream.answerWith(Answer.BURST);
      var load = new Load(REQUEST, Answer.SHORT, 1, 1);
      assertThatThrownBy(() -> load.run(upstream.address()))
          .hasMessageContaining(Long.toString(Upstream.bodyBytes(Answer.SHORT)));
    }
  }
}
