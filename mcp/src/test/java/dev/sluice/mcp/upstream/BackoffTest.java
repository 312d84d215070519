package dev.sluice.mcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final Duration MIN = Duration.ofMillis(500);
  private static final Duration MAX = Duration.ofSeconds(30);

  @Test
  void waits_twice_as_long_after_each_failure_up_to_a_limit() {
    var shortest = new Backoff(MIN, MAX, () -> 0);
    for (var millis : new long[] {250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000}) {
      assertThat(shortest.next()).isEqualTo(Duration.ofMillis(millis));
    }
    assertThat(shortest.failures()).isEqualTo(8);
    for (var i = 0; i < 100; i++) {
      assertThat(shortest.next()).isEqualTo(MAX.dividedBy(2));
    }
  }

  @Test
  void begins_anew_after_a_success() {
    var backoff = new Backoff(MIN, MAX, () -> 0);
    for (var i = 0; i < 5; i++) {
      assertThat(backoff.next()).isPositive();
    }
    backoff.succeeded();
    assertThat(backoff.failures()).isZero();
    assertThat(backoff.next()).isEqualTo(MIN.dividedBy(2));
    assertThat(backoff.next()).isEqualTo(MIN);
  }

  @Test
  void waits_between_half_of_the_time_and_all_of_it_and_not_all_alike() {
    var random = new Random(1);
    var waits = new HashSet<Duration>();
    for (var i = 0; i < 1_000; i++) {
      var wait = new Backoff(MIN, MAX, random).next();
      assertThat(wait).isBetween(MIN.dividedBy(2), MIN);
      waits.add(wait);
    }
    assertThat(waits).hasSizeGreaterThan(900);
    assertThat(waits).anyMatch(wait -> wait.compareTo(Duration.ofMillis(260)) < 0);
    assertThat(waits).anyMatch(wait -> wait.compareTo(Duration.ofMillis(490)) > 0);
  }
}
