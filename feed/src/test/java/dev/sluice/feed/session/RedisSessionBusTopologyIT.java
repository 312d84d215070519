package dev.sluice.feed.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.link.RedisFailure;
import dev.sluice.testkit.RedisCluster;
import dev.sluice.testkit.RedisSentinels;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The same with Sentinels, in a cluster, and as a user with few rights.
final class RedisSessionBusTopologyIT {

  private static final Duration FAILED_OVER_WITHIN = Duration.ofSeconds(30);

  private static BusPeer peer(String uri) {
    return BusPeer.open(RedisConfig.of(uri).withTimeout(Duration.ofSeconds(1)));
  }

  private static void hearEachOther(String uri, Runnable loss) {
    try (var one = peer(uri);
        var two = peer(uri)) {
      assertHeard(one, two);
      loss.run();
      assertHeard(one, two);
    }
  }

  private static void assertHeard(BusPeer one, BusPeer two) {
    one.awaitHeardBy(two);
    two.awaitHeardBy(one);
    await()
        .atMost(FAILED_OVER_WITHIN)
        .untilAsserted(
            () -> {
              one.bus().keep("session", "level", "info");
              assertThat(two.bus().kept("session")).contains(Map.of("level", "info"));
            });
  }

  @Test
  void they_hear_each_other_as_a_user_with_few_rights() {
    try (var redis = RedisServer.start()) {
      var words = new ArrayList<>(List.of("ACL", "SETUSER", "gateway", "reset", "on", ">s3cret"));
      words.addAll(List.of(RedisFailure.RULES.replace("INSTALLATION", "sluice").split(" ")));
      assertThat(redis.ask(words.toArray(String[]::new))).isEqualTo("OK");
      hearEachOther(redis.uri().replace("://", "://gateway:s3cret@"), () -> {});
    }
  }

  @Test
  void they_hear_each_other_by_another_master_of_the_sentinels() throws Exception {
    try (var redis = RedisSentinels.start()) {
      hearEachOther(redis.uri(), redis.master()::kill);
    }
  }

  @Test
  void they_hear_each_other_by_another_master_of_the_cluster() throws Exception {
    try (var redis = RedisCluster.start()) {
      hearEachOther(redis.uri(), redis.masterOf("{sluice}")::kill);
    }
  }
}
