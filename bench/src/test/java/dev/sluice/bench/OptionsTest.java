package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class OptionsTest {
  @Test
  void runs_everything_five_times_without_options() {
    var options = Options.of();
    assertThat(options.rounds()).isEqualTo(5);
    assertThat(Workload.all()).allMatch(w -> options.only().matcher(w.name()).find());
    assertThat(options.gateway()).contains(Path.of("sluice").toAbsolutePath());
    assertThat(options.writes()).isEmpty();
  }

  @Test
  void reads_every_option() {
    var options =
        Options.of("--quick", "--rounds", "3", "--only", "^49k", "--gateway", "none", "--write");
    assertThat(options.rounds()).isEqualTo(3);
    assertThat(options.shrink()).isEqualTo(4);
    assertThat(options.only().matcher("250k-1").find()).isFalse();
    assertThat(options.gateway()).isEmpty();
    assertThat(options.writes()).contains(Path.of("docs", "benchmarks"));
  }

  @Test
  void names_what_it_cannot_read() {
    assertThatThrownBy(() -> Options.of("--rounds", "0")).hasMessageContaining("expected: 1..100");
    assertThatThrownBy(() -> Options.of("--rounds")).hasMessageContaining("no value");
    assertThatThrownBy(() -> Options.of("--fast")).hasMessageContaining("unknown option");
    assertThatThrownBy(() -> Options.of("--only", "(")).hasMessageContaining("--only");
  }
}
