package dev.sluice.operator.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// How a rotation is asked for.
class RotationTest {

  @Test
  void the_old_value_is_valid_for_a_day_unless_told() {
    assertThat(Rotation.of(Map.of(Rotation.MARK, "1")).overlap()).isEqualTo(Duration.ofHours(24));
    assertThat(Rotation.of(Map.of()).mark()).isNull();
  }

  @Test
  void an_overlap_is_a_time() {
    var annotations = Map.of(Rotation.MARK, "1", Rotation.OVERLAP, "30m");
    assertThat(Rotation.of(annotations).overlap()).isEqualTo(Duration.ofMinutes(30));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "24", "1d", "-1h", "721h", "1.5h", "99999999s"})
  void another_overlap_is_refused(String overlap) {
    assertThatThrownBy(() -> Rotation.of(Map.of(Rotation.OVERLAP, overlap)))
        .isInstanceOf(DateTimeException.class);
  }
}
