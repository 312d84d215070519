package dev.sluice.feed.session;

import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.SessionBus;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// One gateway on the bus, and what it has heard.
record BusPeer(RedisSessionBus bus, List<String> heard, AtomicInteger missed)
    implements AutoCloseable {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration KEPT = Duration.ofHours(1);

  static BusPeer open(RedisServer redis) {
    return open(RedisConfig.of(redis.uri()).withTimeout(Duration.ofSeconds(1)));
  }

  static BusPeer open(RedisConfig config) {
    return open(config, Signs.standard());
  }

  static BusPeer open(RedisConfig config, Signs signs) {
    var bus = RedisSessionBus.open(config, KEPT, signs);
    var peer = new BusPeer(bus, new CopyOnWriteArrayList<>(), new AtomicInteger());
    bus.hear(
        new SessionBus.Ear() {
          @Override
          public void heard(String news) {
            peer.heard.add(news);
          }

          @Override
          public void missed() {
            peer.missed.incrementAndGet();
          }
        });
    return peer;
  }

  /// What is for all, and what is for that one.
  void awaitHeardBy(BusPeer other) {
    other.heard.clear();
    await()
        .atMost(SOON)
        .until(
            () -> {
              bus.tell("hello");
              return other.heard.contains("hello");
            });
    await()
        .atMost(SOON)
        .until(
            () -> {
              var _ = bus.tell(other.bus.self(), "you");
              return other.heard.contains("you");
            });
  }

  @Override
  public void close() {
    bus.close();
  }
}
