package dev.sluice.standalone.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.testkit.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A start beside a Redis that is slow, or away.
final class PatientStartIT {

  private static final Duration WITHIN = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(PatientStart.class);

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  @AfterEach
  void leave() {
    log.detachAppender(lines);
  }

  private Books books(RedisConfig redis, Owned owned) {
    try {
      var state = StateFolder.open(folder);
      owned.add(state::close);
      return PatientStart.opened(opened -> Books.at(redis, state, opened), owned);
    } catch (java.io.IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void a_redis_that_is_slow_at_the_start_is_tried_again_until_it_answers() {
    try (var redis = RedisServer.start();
        var owned = new Owned()) {
      var config = RedisConfig.of(redis.uri()).withTimeout(Duration.ofMillis(500));
      redis.freeze();
      var books =
          CompletableFuture.supplyAsync(() -> books(config, owned), Thread::startVirtualThread);
      await().atMost(WITHIN).until(() -> !lines.list.isEmpty());
      redis.thaw();
      await().atMost(WITHIN).until(books::isDone);
      assertThat(books.join().ledger()).isNotNull();
      assertThat(lines.list.getFirst().getFormattedMessage())
          .startsWith("Redis is slow, and is tried again: redis: cannot connect to " + redis.uri());
    }
  }

  @Test
  void a_redis_that_is_not_there_ends_the_start_at_once() {
    try (var owned = new Owned()) {
      assertThatThrownBy(() -> books(RedisConfig.of("redis://127.0.0.1:1"), owned))
          .isInstanceOf(LedgerUnavailableException.class)
          .hasMessageContaining("refused");
      assertThat(lines.list).isEmpty();
    }
  }

  @Test
  void a_redis_that_stays_slow_ends_the_start_with_a_sentence() {
    var attempts = new AtomicInteger();
    assertThatThrownBy(
            () ->
                PatientStart.answered(
                    () -> {
                      attempts.incrementAndGet();
                      throw LedgerUnavailableException.noAnswer(
                          "redis: no answer within PT2S", null);
                    },
                    Duration.ofMillis(300)))
        .isInstanceOf(LedgerUnavailableException.class)
        .hasMessage("it could not start within PT0.3S: redis: no answer within PT2S");
    assertThat(attempts).hasValueGreaterThan(1);
  }
}
