package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.redis.RedisBooks.Trim;
import dev.sluice.testkit.RedisServer;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is left in Redis of exchanges that have ended: a small record of each for a day, and
/// nothing else that grows with them.
class RedisGrowthIT {

  private static final int EXCHANGES = 600;

  /// Of a record that ended, with its key.
  private static final long ENDED_BYTES_MAX = 200;

  private RedisServer server;
  private RedisConfig config;
  private RedisProbe probe;
  private Blocking ledger;
  private RedisBooks books;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    config = RedisConfig.of(server.uri());
    probe = new RedisProbe(server.uri());
    ledger = new Blocking(RedisLedger.connect(config));
    books = RedisBooks.connect(config);
  }

  @AfterEach
  void end() {
    books.close();
    ledger.close();
    probe.close();
    server.close();
  }

  private void exchange(int number) {
    var id = "0193a6f0-7c00-7000-8000-%012d".formatted(number);
    ledger.reserve(Samples.hold(id, Samples.sixLevels("alice", "1000"), "0.5", "0.5"));
    if (number % 3 == 0) {
      ledger.release(id);
    } else {
      ledger.settle(id, new NanoUsd(1_000_000));
    }
  }

  /// A store takes all events, and confirms them.
  private void drain() {
    var has = List.<String>of();
    do {
      has = books.next("store", "0-0", has, Trim.YES).events().stream().map(BookEvent::id).toList();
    } while (!has.isEmpty());
  }

  private TreeSet<String> lasting() {
    var lasting = new TreeSet<String>();
    for (var key : probe.keys(config, "")) {
      if (probe.commands().pttl(key) < 0) {
        lasting.add(key.substring(config.prefix().length()));
      }
    }
    return lasting;
  }

  @Test
  void only_records_of_ended_holds_grow_and_each_goes_after_a_day() {
    exchange(0);
    drain();
    var before = lasting();
    long windows = probe.commands().hlen(config.prefix() + "windows");
    for (int i = 1; i < EXCHANGES; i++) {
      exchange(i);
    }
    drain();
    assertThat(lasting()).isEqualTo(before);
    assertThat(probe.commands().hlen(config.prefix() + "windows")).isEqualTo(windows);
    assertThat(probe.commands().zcard(config.prefix() + "deadlines")).isZero();
    assertThat(probe.commands().xlen(config.prefix() + "events")).isLessThanOrEqualTo(1);
    var holds = probe.keys(config, "hold:");
    assertThat(holds).hasSize(EXCHANGES);
    assertThat(holds)
        .allSatisfy(
            hold -> {
              assertThat(probe.commands().pttl(hold)).isBetween(1L, Ledger.MEMORY.toMillis());
              assertThat(probe.commands().memoryUsage(hold)).isLessThan(ENDED_BYTES_MAX);
            });
  }
}
