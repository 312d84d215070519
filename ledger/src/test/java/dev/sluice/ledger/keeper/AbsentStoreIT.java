package dev.sluice.ledger.keeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisBooks.Trim;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// A store that reads no more, and comes back.
class AbsentStoreIT {

  private static final String EVENTS = "{sluice}:3:events";

  @TempDir Path folder;
  private RedisServer server;
  private RedisConfig config;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    config = RedisConfig.of(server.uri()).withTimeout(Duration.ofSeconds(20));
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void what_was_read_is_dropped_once_it_is_confirmed() throws Exception {
    try (var gateways = new Gateways(config, folder);
        var books = RedisBooks.connect(config)) {
      gateways.startUnkept("one").pay("h1", "0.1");
      var read = books.attach("absent", "0-0").events();
      assertThat(read).hasSize(2);
      assertThat(waitingAfterTrim(books)).isEqualTo(2);
      var ids = read.stream().map(BookEvent::id).toList();
      books.next("absent", ids.getLast(), ids, Trim.NO);
      assertThat(waitingAfterTrim(books)).isOne();
    }
  }

  @Test
  void who_comes_back_finds_a_gap_says_so_and_goes_on() throws Exception {
    var said = new ListAppender<ILoggingEvent>();
    var log = (Logger) LoggerFactory.getLogger(BookKeeper.class);
    said.start();
    log.addAppender(said);
    try (var gateways = new Gateways(config, folder)) {
      var absent = gateways.start("absent");
      var present = gateways.start("present");
      absent.pay("h1", "0.1");
      absent.awaitKept();
      var store = absent.storeId();
      gateways.end(absent);
      present.hold("open");
      present.pay("h2", "0.2");
      present.awaitKept();
      // As a trim does after its time.
      server.ask("XGROUP", "DESTROY", EVENTS, store);
      await().until(() -> present.figures().waiting() == 1);
      assertThat(groups()).contains(present.storeId()).doesNotContain(store);
      var back = gateways.start("absent");
      assertThat(said.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsOnlyOnce(
              "the ledger's log has a gap: event 5 comes after event 2; it goes on from Redis");
      back.settle("open", "0.3");
      back.pay("h3", "0.4");
      back.awaitKept();
      back.assertBooksEqual();
      present.assertBooksEqual();
      assertThat(back.posted()).isEqualTo(NanoUsd.parse("1"));
      assertThat(back.figures().rebuilds() + present.figures().rebuilds()).isZero();
    } finally {
      log.detachAppender(said);
    }
  }

  /// A store that has all does a look, and drops what it may.
  private long waitingAfterTrim(RedisBooks books) {
    var last = "%d-0".formatted(Long.MAX_VALUE);
    books.attach("present", last);
    return books.next("present", last, List.of(), Trim.YES).waiting();
  }

  private String groups() {
    return server.ask("XINFO", "GROUPS", EVENTS);
  }
}
