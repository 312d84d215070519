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

/// A store that reads no more holds the events for the others, but not for ever.
class AbsentStoreIT {

  private static final String EVENTS = "{sluice}:3:events";

  /// So many wait before they are a crowd.
  private static final int CROWD = 500_000;

  @TempDir Path folder;
  private RedisServer server;
  private RedisConfig config;

  @BeforeEach
  void start() {
    server = RedisServer.start("--enable-debug-command", "local", "--rdbcompression", "no");
    // See [#letPass]: what is written back has another checksum.
    assertThat(server.ask("DEBUG", "SET-SKIP-CHECKSUM-VALIDATION", "1")).isEqualTo("OK");
    config = RedisConfig.of(server.uri()).withTimeout(Duration.ofSeconds(20));
  }

  @AfterEach
  void end() {
    server.close();
  }

  @Test
  void of_a_few_events_none_is_dropped_before_seven_days() {
    try (var books = RedisBooks.connect(config)) {
      books.attach("absent", "0-0");
      add(10);
      letPass("absent", Duration.ofDays(7).minusMinutes(1));
      assertThat(waitingAfterTrim(books)).isEqualTo(10);
      letPass("absent", Duration.ofMinutes(2));
      assertDropped(books);
    }
  }

  @Test
  void of_a_crowd_none_is_dropped_before_a_minute() {
    try (var books = RedisBooks.connect(config)) {
      books.attach("absent", "0-0");
      add(CROWD + 1);
      letPass("absent", Duration.ofSeconds(30));
      assertThat(waitingAfterTrim(books)).isEqualTo(CROWD + 1);
      letPass("absent", Duration.ofSeconds(31));
      assertDropped(books);
    }
  }

  @Test
  void as_many_as_are_allowed_are_no_crowd() {
    try (var books = RedisBooks.connect(config)) {
      books.attach("absent", "0-0");
      add(CROWD);
      letPass("absent", Duration.ofMinutes(2));
      assertThat(waitingAfterTrim(books)).isEqualTo(CROWD);
      add(1);
      assertDropped(books);
    }
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
  void who_reads_again_in_time_keeps_them() {
    try (var books = RedisBooks.connect(config)) {
      books.attach("absent", "0-0");
      letPass("absent", Duration.ofDays(8));
      books.next("absent", "0-0", List.of(), Trim.NO);
      add(10);
      assertThat(waitingAfterTrim(books)).isEqualTo(10);
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
      letPass(store, Duration.ofDays(7).plusMinutes(1));
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

  /// Adds so many events, which nobody reads.
  private void add(int events) {
    var script =
        """
        for _ = 1, ARGV[1] do
          redis.call('XADD', KEYS[1], '*', 'e', '')
        end
        return redis.call('XLEN', KEYS[1])
        """;
    server.ask("EVAL", script, "1", EVENTS, Integer.toString(events));
  }

  /// A store that has all does a look, and drops what it may.
  private long waitingAfterTrim(RedisBooks books) {
    var last = "%d-0".formatted(Long.MAX_VALUE);
    books.attach("present", last);
    return books.next("present", last, List.of(), Trim.YES).waiting();
  }

  private void assertDropped(RedisBooks books) {
    assertThat(waitingAfterTrim(books)).isZero();
    assertThat(groups()).contains("present").doesNotContain("absent");
  }

  private String groups() {
    return server.ask("XINFO", "GROUPS", EVENTS);
  }

  /// Moves back the time at which a store has read last, in what Redis would write to its disk: no
  /// command does that.
  private void letPass(String store, Duration time) {
    var script =
        """
        local all = redis.call('DUMP', KEYS[1])
        local _, group = all:find(ARGV[1], 1, true)
        local _, at = all:find('\\5store', group, true)
        local low, high = struct.unpack('<I4I4', all:sub(at + 1, at + 8))
        local seen = high * 4294967296 + low - ARGV[2]
        redis.call('RESTORE', KEYS[1], 0, all:sub(1, at)
          .. struct.pack('<I4I4', seen % 4294967296, math.floor(seen / 4294967296))
          .. all:sub(at + 9), 'REPLACE')
        return 'OK'
        """;
    var millis = Long.toString(time.toMillis());
    assertThat(server.ask("EVAL", script, "1", EVENTS, store, millis)).isEqualTo("OK");
  }
}
