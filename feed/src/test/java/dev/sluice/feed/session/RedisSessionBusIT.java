package dev.sluice.feed.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.SessionBus;
import dev.sluice.core.mcp.SessionBus.Told;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RedisSessionBusIT {

  private static final Duration SOON = Duration.ofSeconds(30);

  /// Far longer than a request may be held up, on a busy machine too.
  private static final Duration HELD_UP = Duration.ofSeconds(3);

  /// When nothing is told any more that was to be told before.
  private static final Duration STALE = Sender.WAITED_MAX.plusSeconds(1);

  private RedisServer redis;
  private BusPeer one;
  private BusPeer two;

  @BeforeEach
  void start() {
    redis = RedisServer.start();
    one = BusPeer.open(redis);
    two = BusPeer.open(redis);
    one.awaitHeardBy(two);
    two.awaitHeardBy(one);
  }

  @AfterEach
  void stop() {
    one.close();
    two.close();
    redis.close();
  }

  private static void awaitHeard(BusPeer gateway, String news) {
    await().atMost(SOON).until(() -> gateway.heard().contains(news));
  }

  @Test
  void all_others_hear_what_is_for_all_and_one_hears_what_is_for_it() {
    try (var third = BusPeer.open(redis)) {
      one.awaitHeardBy(third);
      assertThat(one.bus().self()).matches("[0-9a-f]{12}").isNotEqualTo(two.bus().self());
      one.bus().tell("for all: grüße\nund mehr");
      assertThat(one.bus().tell(two.bus().self(), "for two")).isEqualTo(Told.SENT);
      one.bus().tell("last");
      awaitHeard(two, "last");
      awaitHeard(third, "last");
      assertThat(two.heard()).contains("for all: grüße\nund mehr", "for two");
      assertThat(third.heard()).contains("for all: grüße\nund mehr").doesNotContain("for two");
      assertThat(one.heard()).doesNotContain("last");
    }
  }

  @Test
  void another_installation_hears_nothing() {
    var config = RedisConfig.of(redis.uri()).withInstallation("other");
    try (var other = BusPeer.open(config)) {
      await().atMost(SOON).until(() -> other.missed().get() > 0);
      one.bus().tell("last");
      awaitHeard(two, "last");
      assertThat(other.heard()).isEmpty();
      one.bus().keep("session", "level", "info");
      await().atMost(SOON).until(() -> !one.bus().kept("session").orElseThrow().isEmpty());
      await().atMost(SOON).until(() -> other.bus().kept("session").isPresent());
      assertThat(other.bus().kept("session").orElseThrow()).isEmpty();
    }
  }

  @Test
  void what_one_tells_is_heard_in_its_order() {
    for (int i = 0; i < 1_000; i++) {
      assertThat(one.bus().tell(two.bus().self(), "n" + i)).isEqualTo(Told.SENT);
    }
    awaitHeard(two, "n999");
    var numbered = two.heard().stream().filter(news -> news.matches("n[0-9]+")).toList();
    assertThat(numbered).hasSize(1_000).isSortedAccordingTo((a, b) -> number(a) - number(b));
  }

  /// As soon as it can be read; within a moment nothing comes where a process is held up.
  private static Map<String, String> kept(BusPeer gateway, String session) {
    return await()
        .atMost(SOON)
        .until(() -> gateway.bus().kept(session), Optional::isPresent)
        .orElseThrow();
  }

  private static int number(String news) {
    return Integer.parseInt(news.substring(1));
  }

  @Test
  void large_news_come_and_those_that_are_too_large_do_not() {
    // Each of two bytes.
    var large = "ä".repeat(SessionBus.NEWS_BYTES_MAX / 2 - 100);
    assertThat(one.bus().tell(two.bus().self(), large)).isEqualTo(Told.SENT);
    await().atMost(SOON).until(() -> two.heard().stream().anyMatch(large::equals));
    assertThat(one.bus().tell(two.bus().self(), large + "ä".repeat(200))).isEqualTo(Told.TOO_LARGE);
  }

  @Test
  void what_is_kept_of_a_session_is_there_for_all_and_bounded() {
    one.bus().keep("a", "level", "warning");
    one.bus().keep("a", "watches team/notes note://düsseldorf", "");
    one.bus().keep("a", "gone", "x");
    one.bus().drop("a", "gone");
    one.bus().keep("a", "level", "error");
    assertThat(kept(one, "a"))
        .isEqualTo(Map.of("level", "error", "watches team/notes note://düsseldorf", ""));
    assertThat(kept(two, "a")).isEqualTo(kept(one, "a"));
    assertThat(kept(two, "b")).isEqualTo(Map.of());
    for (int i = 0; i < RedisSessionBus.NAMES_MAX + 10; i++) {
      one.bus().keep("c", "name " + i, "");
    }
    one.bus().keep("c", "long", "ä".repeat(RedisSessionBus.NAME_BYTES_MAX / 2));
    one.bus().keep("c", "name 1", "changed");
    var kept = kept(one, "c");
    assertThat(kept).hasSize(RedisSessionBus.NAMES_MAX).containsEntry("name 1", "changed");
    assertThat(kept).doesNotContainKey("long");
  }

  @Test
  void all_that_is_kept_of_a_session_is_bounded_and_its_end_always_has_room() {
    int most = RedisSessionBus.SESSION_BYTES_MAX;
    for (int i = 100; i < 200; i++) {
      one.bus().keep("full", "name" + i, "ä".repeat(250));
    }
    var kept = kept(one, "full");
    assertThat(kept).hasSize(most / 507);
    one.bus().keep("full", "name100", "changed");
    assertThat(kept(one, "full")).containsEntry("name100", "changed");
    one.bus().keep("full", SessionBus.ENDED, "");
    one.bus().keep("full", "name100", "too late");
    assertThat(kept(one, "full")).isEqualTo(Map.of(SessionBus.ENDED, ""));
    assertThat(kept(two, "full")).isEqualTo(Map.of(SessionBus.ENDED, ""));
  }

  @Test
  void what_is_said_while_redis_is_away_is_kept_once_it_is_back_and_old_news_are_not_told() {
    one.bus().keep("a", "level", "info");
    one.bus().keep("a", "watch", "");
    assertThat(kept(one, "a")).isEqualTo(Map.of("level", "info", "watch", ""));
    redis.kill();
    one.bus().tell("sent in vain");
    one.bus().keep("a", "level", "error");
    one.bus().drop("a", "watch");
    one.bus().keep("b", SessionBus.ENDED, "");
    one.bus().tell("stale");
    await().during(STALE).atMost(SOON).until(() -> one.bus().kept("a").isEmpty());
    redis.restart();
    await().atMost(SOON).until(() -> one.bus().kept("a").isPresent());
    assertThat(kept(one, "a")).isEqualTo(Map.of("level", "error"));
    await().atMost(SOON).until(() -> two.bus().kept("a").isPresent());
    assertThat(kept(two, "a")).isEqualTo(Map.of("level", "error"));
    assertThat(kept(two, "b")).isEqualTo(Map.of(SessionBus.ENDED, ""));
    one.awaitHeardBy(two);
    assertThat(two.heard()).doesNotContain("sent in vain", "stale");
  }

  @Test
  void nobody_waits_for_a_redis_that_is_known_to_be_away() {
    redis.kill();
    // The first one may still wait.
    assertThat(one.bus().kept("session")).isEmpty();
    await().during(Duration.ofSeconds(2)).atMost(SOON).until(() -> one.bus().kept("a").isEmpty());
    var slow = new AtomicInteger();
    await()
        .during(Duration.ofSeconds(4))
        .atMost(SOON)
        .until(
            () -> {
              var before = System.nanoTime();
              var kept = one.bus().kept("session");
              if (System.nanoTime() - before >= RedisSessionBus.READ_WITHIN.toNanos()) {
                slow.incrementAndGet();
              }
              return kept.isEmpty();
            });
    assertThat(slow).hasValueLessThan(2);
  }

  @Test
  void one_whose_subscription_was_refused_asks_again() {
    assertThat(redis.ask("ACL", "SETUSER", "deaf", "reset", "on", ">s3cret", "~*", "+@all"))
        .isEqualTo("OK");
    var uri = redis.uri().replace("://", "://deaf:s3cret@");
    try (var deaf = BusPeer.open(RedisConfig.of(uri), signs())) {
      await().atMost(SOON).until(() -> deaf.bus().kept("session").isPresent());
      one.bus().tell("unheard");
      assertThat(deaf.missed()).hasValue(0);
      assertThat(redis.ask("ACL", "SETUSER", "deaf", "&*")).isEqualTo("OK");
      await().atMost(SOON).until(() -> deaf.missed().get() > 0);
      one.awaitHeardBy(deaf);
      deaf.awaitHeardBy(two);
    }
  }

  @Test
  void a_redis_that_is_away_holds_nobody_up_and_who_missed_news_is_told_so() {
    int missed = two.missed().get();
    redis.kill();
    var before = System.nanoTime();
    for (int i = 0; i < 20_000; i++) {
      one.bus().tell("lost");
    }
    for (int i = 0; i < 100; i++) {
      assertThat(one.bus().kept("session")).isEmpty();
    }
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(HELD_UP);
    redis.restart();
    await().atMost(SOON).until(() -> two.missed().get() > missed);
    one.awaitHeardBy(two);
    await().atMost(SOON).until(() -> one.bus().kept("session").isPresent());
  }

  @Test
  void a_redis_that_does_not_answer_holds_nobody_up() throws Exception {
    redis.freeze();
    try {
      var before = System.nanoTime();
      for (int i = 0; i < 100; i++) {
        assertThat(one.bus().kept("session")).isEmpty();
        one.bus().tell("late");
      }
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(HELD_UP);
    } finally {
      redis.thaw();
    }
    await().atMost(SOON).until(() -> one.bus().kept("session").isPresent());
  }

  @Test
  void one_that_is_closed_sends_first_what_waits() {
    try (var third = BusPeer.open(redis)) {
      one.awaitHeardBy(third);
      one.bus().tell(third.bus().self(), "goodbye");
      one.close();
      awaitHeard(third, "goodbye");
    }
  }

  @Test
  void without_redis_a_gateway_starts_and_is_alone() {
    var config = RedisConfig.of("redis://127.0.0.1:1").withTimeout(Duration.ofMillis(200));
    try (var alone = BusPeer.open(config)) {
      alone.bus().tell("nobody");
      assertThat(alone.bus().kept("session")).isEmpty();
    }
  }

  @Test
  void one_whose_subscription_is_forgotten_by_the_network_subscribes_anew() {
    try (var relay = DeafRelay.start(redis.port());
        var third = BusPeer.open(RedisConfig.of(relay.uri()), signs())) {
      one.awaitHeardBy(third);
      int missed = third.missed().get();
      // As long as it hears itself, it has no reason to.
      await().during(Duration.ofSeconds(3)).until(() -> third.missed().get() == missed);
      assertThat(relay.deafen()).isEqualTo(1);
      one.bus().tell("unheard");
      await().atMost(SOON).until(() -> third.missed().get() > missed);
      assertThat(third.heard()).doesNotContain("unheard");
      one.awaitHeardBy(third);
    }
  }

  private static Signs signs() {
    return new Signs(Duration.ofMillis(200), Duration.ofSeconds(5));
  }
}
