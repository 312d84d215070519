package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.Samples;
import dev.sluice.ledger.books.BookEvent;
import dev.sluice.ledger.redis.RedisBooks.Trim;
import dev.sluice.testkit.RedisServer;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Two stores of one stream: one confirms what it is given, the other asks and never does, as one
/// whose disk is full.
class StoresIT {

  private static final int CROWDED = 500_000;

  private RedisServer server;
  private RedisProbe probe;
  private RedisConfig config;
  private RedisBooks redis;

  @BeforeEach
  void start() {
    server = RedisServer.start("--appendfsync", "no");
    probe = new RedisProbe(server.uri());
    config = new RedisConfig(server.uri(), "sluice", Duration.ofSeconds(20), null);
    redis = RedisBooks.connect(config, "manual-clock.lua");
    try (var ledger = new Blocking(RedisLedger.connect(config))) {
      for (int i = 0; i < 4; i++) {
        ledger.reserve(Samples.hold("h" + i, Samples.sixLevels("alice", "10"), "0.5", "0.5"));
      }
    }
  }

  @AfterEach
  void end() {
    redis.close();
    probe.close();
    server.close();
  }

  /// The stream's ids are by the server's clock, and the manual one begins there.
  private void pass(Duration time) {
    probe.setClock(config, Instant.now().plus(time));
  }

  private void full() {
    redis.attach("full", "0-0");
  }

  /// What it is given is confirmed in the next step.
  private List<String> confirm(List<String> has) {
    var given = redis.next("good", "0-0", has, Trim.YES).events();
    return given.stream().map(BookEvent::id).toList();
  }

  private long waiting() {
    return probe.commands().xlen(config.prefix() + "events");
  }

  private long stores() {
    return probe.commands().xinfoGroups(config.prefix() + "events").size();
  }

  @Test
  void a_store_that_asks_but_confirms_nothing_holds_events_for_a_week_only() {
    pass(Duration.ofDays(6));
    full();
    confirm(confirm(List.of()));
    assertThat(waiting()).isEqualTo(4);
    pass(Duration.ofDays(8));
    full();
    confirm(List.of());
    assertThat(waiting()).as("the last that the other has").isOne();
    assertThat(stores()).isOne();
  }

  @Test
  void while_many_wait_it_holds_them_for_a_minute_only() {
    crowd();
    pass(Duration.ofSeconds(30));
    full();
    var given = confirm(List.of());
    confirm(given);
    assertThat(waiting()).isGreaterThan(CROWDED);
    pass(Duration.ofSeconds(90));
    full();
    confirm(List.of());
    assertThat(stores()).isOne();
    assertThat(waiting()).isEqualTo(CROWDED + 4 - given.size());
  }

  private void crowd() {
    probe
        .commands()
        .eval(
            """
            local event = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1][2][2]
            for _ = 1, ARGV[1] do
              redis.call('XADD', KEYS[1], '*', 'e', event)
            end
            return 0
            """,
            ScriptOutputType.INTEGER,
            new String[] {config.prefix() + "events"},
            Integer.toString(CROWDED));
  }

  @Test
  void the_store_that_has_most_is_not_dropped_by_others() {
    confirm(confirm(List.of()));
    try (var ledger = new Blocking(RedisLedger.connect(config))) {
      ledger.reserve(Samples.hold("h5", Samples.sixLevels("alice", "10"), "0.5", "0.5"));
    }
    pass(Duration.ofDays(8));
    full();
    redis.next("full", "0-0", List.of(), Trim.YES);
    assertThat(stores()).isEqualTo(2);
    assertThat(waiting()).isEqualTo(2);
  }

  @Test
  void the_store_that_is_furthest_behind_is_named() {
    assertThat(redis.furthestBehind()).as("nobody reads").isEmpty();
    var first = Long.parseLong(redis.after("0-0").getFirst().id().split("-")[0]);
    full();
    confirm(List.of());
    var last = confirm(redis.after("0-0").stream().map(BookEvent::id).toList());
    assertThat(last).isEmpty();
    assertThat(redis.furthestBehind())
        .contains(new RedisBooks.Behind("full", Instant.ofEpochMilli(first)));
  }
}
