package dev.sluice.bench.failover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictTest {

  @Test
  void fifty_milliseconds_are_too_many() {
    var below = new Verdict("429 to first byte, same language, p50 ms", 49.9);
    var at = new Verdict("429 to first byte, translated, p50 ms", 50);
    assertThat(below.isReached()).isTrue();
    assertThat(at.isReached()).isFalse();
    assertThat(Verdict.table(List.of(below, at)).markdown())
        .contains("| below 50 | 49.9   | reached |", "| below 50 | 50.0   | missed  |");
  }
}
