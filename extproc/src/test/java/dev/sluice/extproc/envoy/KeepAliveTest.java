package dev.sluice.extproc.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

final class KeepAliveTest {

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicBoolean whole = new AtomicBoolean();
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final KeepAlive alive =
      new KeepAlive(() -> said.add("ping"), whole::get, () -> said.add("end"), nanos::get);

  @Test
  void says_something_after_a_silence() {
    later(Duration.ofSeconds(14));
    assertThat(alive.look()).isTrue();
    assertThat(said).isEmpty();
    later(Duration.ofSeconds(1));
    assertThat(alive.look()).isTrue();
    assertThat(said).containsExactly("ping");
  }

  @Test
  void what_was_heard_is_no_silence() {
    later(Duration.ofSeconds(14));
    alive.reads(() -> true);
    later(Duration.ofSeconds(14));
    assertThat(alive.look()).isTrue();
    assertThat(said).isEmpty();
  }

  @Test
  void ends_an_answer_that_is_whole_and_whose_end_nobody_tells() {
    whole.set(true);
    assertThat(alive.look()).isTrue();
    later(Duration.ofSeconds(1));
    assertThat(alive.look()).isFalse();
    assertThat(said).containsExactly("end");
  }

  @Test
  void ends_nothing_that_has_ended() {
    whole.set(true);
    alive.end();
    later(Duration.ofSeconds(1));
    assertThat(alive.look()).isFalse();
    assertThat(said).isEmpty();
  }

  @Test
  void does_not_end_an_answer_before_its_last_part_has_passed() throws Exception {
    var read = new CountDownLatch(1);
    var looker = Thread.ofPlatform().unstarted(alive::look);
    var reader =
        Thread.ofPlatform()
            .start(
                () ->
                    alive.reads(
                        () -> {
                          whole.set(true);
                          later(Duration.ofSeconds(2)); // So slow was the reading.
                          looker.start();
                          awaited(read);
                          return said.add("the last part");
                        }));
    Awaitility.await().until(() -> looker.getState() == Thread.State.BLOCKED);
    read.countDown();
    reader.join();
    looker.join();
    assertThat(said).startsWith("the last part");
  }

  private void later(Duration duration) {
    nanos.addAndGet(duration.toNanos());
  }

  private static void awaited(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
