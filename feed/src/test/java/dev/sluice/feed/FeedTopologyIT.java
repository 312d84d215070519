package dev.sluice.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.policy.Snapshot;
import dev.sluice.feed.PolicyPublisher.Published;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.ledger.redis.link.RedisFailure;
import dev.sluice.testkit.RedisCluster;
import dev.sluice.testkit.RedisSentinels;
import dev.sluice.testkit.RedisServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same with Sentinels, in a cluster, and as a user with few rights.
class FeedTopologyIT {

  private static final Duration FAILED_OVER_WITHIN = Duration.ofSeconds(30);

  private static final PolicyWatch.Limits PUSHES =
      new PolicyWatch.Limits(Duration.ofMinutes(5), Duration.ofMinutes(10));

  private static final PolicyWatch.Limits POLLS =
      new PolicyWatch.Limits(Duration.ofMillis(500), Duration.ofSeconds(5));

  @TempDir Path folder;
  private final LinkedBlockingQueue<Policy> served = new LinkedBlockingQueue<>();
  private final Samples samples = new Samples(12);

  @Test
  void pushes_in_a_cluster() throws Exception {
    try (var redis = RedisCluster.start()) {
      pushes(redis.uri());
    }
  }

  @Test
  void pushes_with_sentinels() throws Exception {
    try (var redis = RedisSentinels.start()) {
      pushes(redis.uri());
    }
  }

  @Test
  void pushes_as_a_user_with_few_rights() throws Exception {
    try (var redis = RedisServer.start()) {
      var words = new ArrayList<>(List.of("ACL", "SETUSER", "gateway", "reset", "on", ">s3cret"));
      words.addAll(List.of(RedisFailure.RULES.replace("INSTALLATION", "sluice").split(" ")));
      assertThat(redis.ask(words.toArray(String[]::new))).isEqualTo("OK");
      pushes(redis.uri().replace("://", "://gateway:s3cret@"));
    }
  }

  @Test
  void follows_the_sentinels_to_another_master() throws Exception {
    try (var redis = RedisSentinels.start()) {
      goesOn(redis.uri(), redis.master()::kill);
    }
  }

  @Test
  void follows_the_cluster_to_another_master() throws Exception {
    try (var redis = RedisCluster.start()) {
      goesOn(redis.uri(), redis.masterOf("{sluice}")::kill);
    }
  }

  private static RedisConfig config(String uri) {
    return RedisConfig.of(uri).withTimeout(Duration.ofSeconds(4));
  }

  private void pushes(String uri) throws Exception {
    try (var publisher = PolicyPublisher.open(config(uri), "operator-0");
        var _ = PolicyWatch.start(config(uri), "g-1", folder, served::add, PUSHES)) {
      await().atMost(FAILED_OVER_WITHIN).until(() -> publisher.gateways().size() == 1);
      long generation = 0;
      for (int i = 0; i < 5; i++) {
        var snapshot = samples.snapshot();
        generation = publish(publisher, snapshot, generation);
        var policy = served.poll(1, TimeUnit.SECONDS);
        assertThat(policy).extracting(Policy::snapshot).isEqualTo(snapshot);
      }
    }
  }

  private void goesOn(String uri, Runnable loss) throws Exception {
    try (var publisher = PolicyPublisher.open(config(uri), "operator-0");
        var _ = PolicyWatch.start(config(uri), "g-1", folder, served::add, POLLS)) {
      var first = samples.snapshot();
      long generation = publish(publisher, first, 0);
      assertThat(served.poll(20, TimeUnit.SECONDS)).isNotNull();
      loss.run();
      var next = samples.snapshot();
      await()
          .ignoreExceptionsInstanceOf(FeedUnavailableException.class)
          .atMost(FAILED_OVER_WITHIN)
          .untilAsserted(() -> publish(publisher, next, generation));
      var policy = served.poll(FAILED_OVER_WITHIN.toSeconds(), TimeUnit.SECONDS);
      assertThat(policy).extracting(found -> found.snapshot().version()).isEqualTo(next.version());
    }
  }

  private static long publish(PolicyPublisher publisher, Snapshot snapshot, long after) {
    var published = publisher.publish(snapshot, List.of(), after);
    assertThat(published).isInstanceOf(Published.Switched.class);
    return ((Published.Switched) published).generation();
  }
}
