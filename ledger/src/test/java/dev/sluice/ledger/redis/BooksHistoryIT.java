package dev.sluice.ledger.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.Blocking;
import dev.sluice.ledger.History;
import dev.sluice.ledger.Seeds;
import dev.sluice.ledger.books.Books;
import dev.sluice.ledger.books.Comparison;
import dev.sluice.ledger.books.FastBook;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A history compares every answer with the model, so what is equal to Redis here is equal to it.
class BooksHistoryIT {

  private static final Duration LIFETIME = Duration.ofHours(1);

  private static RedisServer server;
  private static RedisProbe probe;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
    probe = new RedisProbe(server.uri());
  }

  @AfterAll
  static void end() {
    probe.close();
    server.close();
  }

  private static RedisConfig config(String installation) {
    return new RedisConfig(server.uri(), installation, Duration.ofSeconds(10), null);
  }

  @Test
  void the_sum_of_the_events_is_what_redis_holds_at_every_step() {
    Seeds.of("books", 40).forEach(BooksHistoryIT::play);
  }

  private static void play(long seed) {
    var config = config("books-" + seed);
    try (var ledger = client(config);
        var redis = RedisBooks.connect(config, "manual-clock.lua")) {
      var fold = new Fold(redis);
      var history = new History(seed, List.of(ledger), now -> probe.setClock(config, now));
      history.play(
          60,
          () -> {
            var compared = fold.compared();
            assertThat(compared.differences()).as("seed %s: %s", seed, history).isEmpty();
          });
      assertThat(fold.events).as("seed %s", seed).isPositive();
      assertThat(fold.compared().windows() + fold.compared().forgotten()).isPositive();
    }
    probe.commands().flushall();
  }

  @Test
  void a_redis_that_was_emptied_and_rebuilt_answers_as_if_nothing_had_been() {
    Seeds.of("rebuilds", 20).forEach(BooksHistoryIT::playWithRebuilds);
  }

  private static void playWithRebuilds(long seed) {
    var config = config("rebuilds-" + seed);
    try (var ledger = client(config);
        var redis = RedisBooks.connect(config, "manual-clock.lua")) {
      var fold = new Fold(redis);
      var steps = new int[1];
      new History(seed, List.of(ledger), now -> probe.setClock(config, now))
          .play(
              60,
              () -> {
                fold.take();
                if (++steps[0] % 10 == 0) {
                  rebuild(config, redis, fold, (RedisLedger) ledger.ledger());
                  assertThat(fold.compared().differences()).as("seed %s", seed).isEmpty();
                }
              });
    }
    probe.commands().flushall();
  }

  /// All is lost but the ends of holds, which stay: the test's clock is not the server's, by which
  /// they would be forgotten. The deadlines are given back, since the history knows when its holds
  /// expire.
  private static void rebuild(RedisConfig config, RedisBooks redis, Fold fold, RedisLedger ledger) {
    var deadlines = probe.commands().zrangeWithScores(config.prefix() + "deadlines", 0, -1);
    for (var key : List.of("windows", "forget", "deadlines", "events")) {
      probe.commands().del(config.prefix() + key);
    }
    fold.books.open().keySet().forEach(id -> probe.commands().del(config.prefix() + "hold:" + id));
    var ended = probe.keys(config, "hold:");
    ended.forEach(key -> probe.commands().rename(key, config.prefix() + "kept:" + key));
    var begun = redis.claim("store", fold.books.position().sequence(), Duration.ZERO).orElseThrow();
    fold.books.begin(begun.epoch());
    try {
      redis.restore(begun, fold.books, LIFETIME, "told");
    } catch (RedisBooks.TakenException e) {
      throw new AssertionError(e);
    }
    fold.lastId = "0-0";
    ended.forEach(key -> probe.commands().rename(config.prefix() + "kept:" + key, key));
    deadlines.forEach(
        hold ->
            probe.commands().zadd(config.prefix() + "deadlines", hold.getScore(), hold.getValue()));
    ledger.kept(fold.books.position().sequence());
    ledger.adopt(fold.books.position());
  }

  private static Blocking client(RedisConfig config) {
    return new Blocking(RedisLedger.connect(config, Scripts.with("manual-clock.lua")));
  }

  private static final class Fold {
    final Books books = new Books();
    final RedisBooks redis;
    String lastId = "0-0";
    int events;

    Fold(RedisBooks redis) {
      this.redis = redis;
    }

    void take() {
      for (var next = redis.after(lastId); !next.isEmpty(); next = redis.after(lastId)) {
        next.forEach(books::add);
        events += next.size();
        lastId = next.getLast().id();
      }
    }

    Comparison compared() {
      var all = atLeastOpened(redis.dump());
      take();
      return Comparison.of(books, all);
    }

    /// Before the first event the books know no epoch.
    private FastBook atLeastOpened(FastBook all) {
      Optional.of(all.position())
          .filter(position -> position.sequence() == 0)
          .ifPresent(position -> books.begin(position.epoch()));
      return all;
    }
  }
}
