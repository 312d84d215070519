package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Many changes make few rounds, and none is lost.
class RoundsTest {

  private static final Duration NEVER = Duration.ofHours(1);

  private final AtomicLong changes = new AtomicLong();
  private final AtomicLong seen = new AtomicLong();
  private final AtomicInteger rounds = new AtomicInteger();

  @Test
  void a_burst_of_changes_makes_a_handful_of_rounds_and_the_last_one_sees_all() throws Exception {
    try (var running = Rounds.start("test", this::look, NEVER, NEVER)) {
      await().until(() -> rounds.get() == 1);
      for (int i = 0; i < 5_000; i++) {
        changes.incrementAndGet();
        running.trigger();
      }
      await().until(() -> seen.get() == 5_000);
      assertThat(rounds.get()).isLessThan(8);
    }
  }

  @Test
  void what_is_due_later_comes_by_itself() throws Exception {
    try (var running = Rounds.start("test", this::look, NEVER, NEVER)) {
      await().until(() -> rounds.get() == 1);
      changes.incrementAndGet();
      running.triggerLater();
      await().until(() -> seen.get() == 1);
    }
  }

  @Test
  void what_is_due_later_is_seen_by_a_round_before_it_and_makes_none_of_its_own() throws Exception {
    try (var running = Rounds.start("test", this::look, NEVER, NEVER)) {
      await().until(() -> rounds.get() == 1);
      running.triggerLater();
      running.trigger();
      await().until(() -> rounds.get() == 2);
      running.trigger();
      await().during(Duration.ofMillis(500)).until(() -> rounds.get() == 3);
    }
  }

  @Test
  void a_round_that_fails_is_repeated() throws Exception {
    var attempts = new AtomicInteger();
    Rounds.Round failing =
        () -> {
          if (attempts.incrementAndGet() == 1) {
            throw new IllegalStateException("the first attempt");
          }
          return false;
        };
    try (var _ = Rounds.start("failing", failing, NEVER, NEVER)) {
      await().until(() -> attempts.get() == 2);
    }
  }

  @Test
  void changes_without_an_end_leave_a_long_round_half_of_the_time() throws Exception {
    var times = new CopyOnWriteArrayList<Times>();
    Rounds.Round slow =
        () -> {
          long from = System.nanoTime();
          Thread.sleep(40);
          times.add(new Times(from, System.nanoTime()));
          rounds.incrementAndGet();
          return false;
        };
    try (var running = Rounds.start("slow", slow, NEVER, NEVER)) {
      while (rounds.get() < 5) {
        running.trigger();
        Thread.onSpinWait();
      }
    }
    // However long a round took, as much passed before the next one, up to a bound.
    for (int i = 1; i < times.size(); i++) {
      var before = times.get(i - 1);
      long rest = Math.min(before.to() - before.from(), Rounds.REST_MAX.toNanos());
      assertThat(times.get(i).from() - before.to()).isGreaterThanOrEqualTo(rest);
    }
  }

  private record Times(long from, long to) {}

  private boolean look() {
    seen.set(changes.get());
    rounds.incrementAndGet();
    return false;
  }
}
