package dev.sluice.standalone.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {

  @TempDir Path folder;

  private final AtomicInteger starts = new AtomicInteger();
  private final LinkedBlockingQueue<String> givenUp = new LinkedBlockingQueue<>();
  private final InstantSource clock = InstantSource.fixed(Instant.EPOCH);

  private Child start(String... command) throws IOException {
    starts.incrementAndGet();
    return Child.start("test", List.of(command), folder.resolve("log"));
  }

  @Test
  void starts_a_child_again_that_ended_unasked() throws Exception {
    var supervisor = Supervisor.start("test", () -> start("sleep", "60"), clock, givenUp::add);
    var first = supervisor.pid();
    ProcessHandle.of(first).orElseThrow().destroyForcibly();
    await().until(() -> supervisor.pid() != first && supervisor.serving());
    assertThat(starts).hasValue(2);
    supervisor.end(Duration.ofSeconds(2));
    assertThat(supervisor.serving()).isFalse();
    assertThat(givenUp).isEmpty();
  }

  @Test
  void gives_up_on_a_child_that_ends_too_often() throws Exception {
    var supervisor = Supervisor.start("test", () -> start("false"), clock, givenUp::add);
    assertThat(givenUp.poll(10, TimeUnit.SECONDS)).contains("test ended 5 times within a minute");
    assertThat(starts).hasValue(Supervisor.ENDS_MAX);
    assertThat(supervisor.serving()).isFalse();
  }

  @Test
  void does_not_start_a_child_again_that_was_ended() throws Exception {
    var supervisor = Supervisor.start("test", () -> start("sleep", "60"), clock, givenUp::add);
    supervisor.end(Duration.ofSeconds(2));
    assertThat(ProcessHandle.of(supervisor.pid())).isEmpty();
    await().during(Duration.ofMillis(300)).until(() -> starts.get() == 1);
  }
}
