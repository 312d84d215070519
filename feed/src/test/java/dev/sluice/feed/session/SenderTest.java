package dev.sluice.feed.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.feed.session.Errand.Keep;
import dev.sluice.feed.session.Errand.Read;
import dev.sluice.feed.session.Errand.Tell;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

final class SenderTest {

  private static final Duration TIMEOUT = Duration.ofMillis(300);
  private static final Keep KEEP = new Keep("a", "level", "error");

  private final Logger log = (Logger) LoggerFactory.getLogger(SenderTest.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Unsent unsent = new Unsent(1_000);
  private final Sender sender = new Sender(unsent, TIMEOUT, new Complaints(log));
  private final Line line = new Line();

  @BeforeEach
  void start() {
    lines.start();
    log.setAdditive(false);
    log.addAppender(lines);
  }

  @AfterEach
  void stop() {
    log.detachAppender(lines);
  }

  /// Notes what is done, and answers as it is told to.
  private static final class Line implements Sender.Line {
    private final List<Errand> done = new ArrayList<>();
    private Function<Errand, CompletableFuture<List<Object>>> answer = _ -> answered();
    private Runnable renewal = () -> {};
    private int renewed;

    @Override
    public CompletableFuture<List<Object>> dispatch(Errand errand) {
      done.add(errand);
      return answer.apply(errand);
    }

    @Override
    public void renew() {
      renewed++;
      renewal.run();
    }
  }

  private static CompletableFuture<List<Object>> answered(Object... reply) {
    return CompletableFuture.completedFuture(List.of(reply));
  }

  private static Read read() {
    return new Read("a", new CompletableFuture<>());
  }

  @Test
  void a_bug_ends_the_errands_and_not_the_thread() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      var read = read();
      line.answer =
          _ -> {
            throw new IllegalStateException("BUG: of the test");
          };
      sender.send(line, List.of(read));
      assertThat(read.answer()).isCompletedExceptionally();
    }
    var read = read();
    line.answer = _ -> new CompletableFuture<>();
    line.renewal =
        () -> {
          throw new IllegalStateException("BUG: of the test");
        };
    sender.send(line, List.of(read));
    assertThat(read.answer()).isCompletedExceptionally();
    assertThat(lines.list).filteredOn(each -> each.getLevel() == Level.ERROR).hasSize(1);
    line.answer = _ -> answered("level", "info");
    var last = read();
    sender.send(line, List.of(last));
    assertThat(last.answer()).isCompletedWithValue(Map.of("level", "info"));
  }

  @Test
  void a_call_that_was_cancelled_fails() throws InterruptedException {
    var cancelled = new CompletableFuture<List<Object>>();
    cancelled.cancel(false);
    line.answer = errand -> errand instanceof Read ? cancelled : answered();
    var read = read();
    sender.send(line, List.of(read, new Tell("all", "news")));
    assertThat(read.answer()).isCompletedExceptionally();
    assertThat(line.done).hasSize(2);
  }

  @Test
  void what_is_to_be_kept_is_sent_until_it_is_kept_and_before_all_else()
      throws InterruptedException {
    assertThat(unsent.put(KEEP)).isTrue();
    line.answer = _ -> CompletableFuture.failedFuture(new RedisException("OOM no memory"));
    var tell = new Tell("all", "news");
    sender.send(line, List.of(tell));
    assertThat(line.done).containsExactly(KEEP, tell);
    sender.send(line, List.of());
    line.done.clear();
    line.answer = errand -> errand instanceof Read ? answered("level", "info") : answered();
    var read = read();
    sender.send(line, List.of(read));
    assertThat(line.done).containsExactly(KEEP, read);
    assertThat(read.answer()).isCompletedWithValue(Map.of("level", "info"));
    sender.send(line, List.of());
    assertThat(line.done).hasSize(2);
  }

  @Test
  void what_is_read_is_overlaid_with_what_is_unsent() throws InterruptedException {
    assertThat(unsent.put(KEEP)).isTrue();
    line.answer =
        errand ->
            errand instanceof Read
                ? answered("level", "info", "watch", "")
                : CompletableFuture.failedFuture(new RedisException("OOM no memory"));
    var read = read();
    sender.send(line, List.of(read));
    assertThat(read.answer()).isCompletedWithValue(Map.of("level", "error", "watch", ""));
  }

  @Test
  void hundreds_that_are_to_be_kept_go_at_once() throws InterruptedException {
    for (int i = 0; i < 300; i++) {
      assertThat(unsent.put(new Keep("a" + i, "level", "error"))).isTrue();
    }
    sender.send(line, List.of());
    assertThat(line.done).hasSize(300);
    assertThat(unsent.next(1)).isEmpty();
  }

  @Test
  void silence_is_waited_for_once() throws InterruptedException {
    line.answer = _ -> new CompletableFuture<>();
    var errands = new ArrayList<Errand>();
    for (int i = 0; i < Sender.BATCH_MAX; i++) {
      errands.add(read());
    }
    var before = System.nanoTime();
    sender.send(line, errands);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(TIMEOUT, TIMEOUT.multipliedBy(Sender.BATCH_MAX / 4));
    assertThat(errands).allMatch(each -> ((Read) each).answer().isCompletedExceptionally());
    assertThat(line.renewed).isEqualTo(1);
    assertThat(sender.unreadable()).isTrue();
    await().until(() -> !sender.unreadable());
  }

  @Test
  void each_errand_has_its_own_time() throws InterruptedException {
    var waits = new ArrayList<Duration>();
    var errands = new ArrayList<Errand>();
    for (int i = 0; i < 4; i++) {
      errands.add(read());
    }
    line.answer = _ -> new Awaited(waits);
    sender.send(line, errands);
    assertThat(waits).hasSize(4).containsOnly(TIMEOUT);
    assertThat(errands).noneMatch(each -> ((Read) each).answer().isCompletedExceptionally());
    assertThat(line.renewed).isZero();
  }

  /// Comes when it is waited for, and notes for how long it might have been.
  private static final class Awaited extends CompletableFuture<List<Object>> {
    private final List<Duration> waits;

    private Awaited(List<Duration> waits) {
      this.waits = waits;
    }

    @Override
    public List<Object> get(long timeout, TimeUnit unit) {
      waits.add(Duration.of(timeout, unit.toChronoUnit()));
      return List.of();
    }
  }

  @Test
  void what_waited_too_long_and_what_nobody_waits_for_is_not_sent() throws InterruptedException {
    var old = System.nanoTime() - Sender.WAITED_MAX.plusMillis(1).toNanos();
    var late = new Read("a", new CompletableFuture<>(), old);
    var givenUp = read();
    givenUp.answer().cancel(false);
    assertThat(unsent.put(KEEP)).isTrue();
    sender.send(line, List.of(new Tell("all", "news", old), late, givenUp));
    assertThat(line.done).containsExactly(KEEP);
    assertThat(late.answer()).isCompletedExceptionally();
    assertThat(lines.list).isNotEmpty();
  }
}
