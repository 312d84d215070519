package dev.sluice.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.policy.Snapshot;
import dev.sluice.feed.PolicyPublisher.Published;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.testkit.RedisServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Publisher and watches on a real Redis.
class FeedIT {

  private static final Duration SOON = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(20);

  /// Polls that come in no test's time: what is seen was pushed.
  private static final PolicyWatch.Limits PUSHES =
      new PolicyWatch.Limits(Duration.ofMinutes(5), Duration.ofMinutes(10));

  /// What a gateway tells of itself counts for longer than a process may be held up.
  private static final PolicyWatch.Limits POLLS =
      new PolicyWatch.Limits(Duration.ofMillis(200), Duration.ofSeconds(5));

  @TempDir Path folder;
  private final RedisServer redis = RedisServer.start();
  private final Samples samples = new Samples(11);
  private PolicyPublisher publisher;

  @BeforeEach
  void open() {
    publisher = PolicyPublisher.open(config(), "operator-0");
  }

  @AfterEach
  void close() {
    publisher.close();
    redis.close();
  }

  private RedisConfig config() {
    return RedisConfig.of(redis.uri()).withTimeout(Duration.ofSeconds(5));
  }

  /// A gateway that only notes what it is given.
  private final class Watching implements AutoCloseable {

    private final List<Policy> served = Collections.synchronizedList(new ArrayList<>());
    private final PolicyWatch watch;

    Watching(String id, PolicyWatch.Limits limits) {
      watch = PolicyWatch.start(config(), id, folder, served::add, limits);
    }

    void awaitServing(Snapshot snapshot, Duration within) {
      awaitVersion(snapshot, within);
      assertThat(served.getLast().snapshot()).isEqualTo(snapshot);
    }

    void awaitVersion(Snapshot snapshot, Duration within) {
      await()
          .pollInterval(Duration.ofMillis(5))
          .atMost(within)
          .untilAsserted(
              () ->
                  assertThat(served)
                      .last()
                      .extracting(policy -> policy.snapshot().version())
                      .isEqualTo(snapshot.version()));
    }

    @Override
    public void close() {
      watch.close();
    }
  }

  private long publish(Snapshot snapshot, long after) {
    var published = publisher.publish(snapshot, List.of(), after);
    assertThat(published).isInstanceOf(Published.Switched.class);
    return ((Published.Switched) published).generation();
  }

  @Test
  void a_push_arrives_within_a_second() {
    var first = samples.snapshot();
    long generation = publish(first, 0);
    try (var gateway = new Watching("g-1", PUSHES)) {
      gateway.awaitServing(first, LATER);
      for (int i = 0; i < 20; i++) {
        var next = samples.snapshot();
        generation = publish(next, generation);
        gateway.awaitServing(next, SOON);
      }
      assertThat(redis.ask("HGET", "{sluice}:policy:1:standing", "generation"))
          .isEqualTo(Long.toString(generation));
    }
  }

  @Test
  void the_first_policy_comes_to_gateways_that_wait_for_it() {
    try (var gateway = new Watching("g-1", PUSHES)) {
      await().atMost(LATER).until(() -> publisher.gateways().size() == 1);
      assertThat(publisher.gateways()).containsExactly(new GatewayReport("g-1", 0, "", null));
      var first = samples.snapshot();
      publish(first, 0);
      gateway.awaitServing(first, LATER);
    }
  }

  @Test
  void a_poll_finds_what_no_push_has_brought() {
    try (var gateway = new Watching("g-1", POLLS)) {
      await().atMost(LATER).until(() -> publisher.gateways().size() == 1);
      redis.ask("ACL", "SETUSER", "default", "-subscribe", "-publish");
      redis.ask("CLIENT", "KILL", "TYPE", "pubsub");
      var first = samples.snapshot();
      publish(first, 0);
      gateway.awaitServing(first, LATER);
    }
  }

  @Test
  void what_is_published_is_read_again_by_the_next_publisher() {
    assertThat(publisher.current()).isEmpty();
    assertThat(publisher.standing()).isEmpty();
    var kept = List.of(new KeptManifest("Provider", "default", "anthropic", "kind: Provider\n"));
    var snapshot = samples.snapshot();
    var published = publisher.publish(snapshot, kept, 0);
    try (var next = PolicyPublisher.open(config(), "operator-1")) {
      var policy = next.current().orElseThrow();
      assertThat(policy.snapshot()).isEqualTo(snapshot);
      assertThat(policy.lastGood()).isEqualTo(kept);
      assertThat(policy.publishedBy()).isEqualTo("operator-0");
      assertThat(published).isEqualTo(new Published.Switched(policy.generation()));
      assertThat(next.standing())
          .contains(
              new PolicyPublisher.Standing(policy.generation(), snapshot.version(), "operator-0"));
    }
  }

  @Test
  void a_deposed_writer_is_refused() {
    long first = publish(samples.snapshot(), 0);
    try (var leader = PolicyPublisher.open(config(), "operator-1")) {
      var newer = samples.snapshot();
      var switched = (Published.Switched) leader.publish(newer, List.of(), first);
      assertThat(publisher.publish(samples.snapshot(), List.of(), first))
          .isEqualTo(new Published.Overtaken(switched.generation(), "operator-1"));
      assertThat(leader.current().orElseThrow().snapshot()).isEqualTo(newer);
    }
  }

  @Test
  void without_redis_a_gateway_starts_from_its_disk() throws Exception {
    var snapshot = samples.snapshot();
    publish(snapshot, 0);
    try (var gateway = new Watching("g-1", POLLS)) {
      gateway.awaitServing(snapshot, LATER);
    }
    var file = folder.resolve("policy-sluice.bin");
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    redis.kill();
    try (var gateway = new Watching("g-1", POLLS)) {
      gateway.awaitServing(snapshot, LATER);
      redis.restart();
      await().atMost(LATER).until(() -> reports().size() == 1);
      assertThat(reports().getFirst().version()).isEqualTo(snapshot.version());
    }
  }

  @Test
  void a_damaged_file_is_ignored() throws Exception {
    var snapshot = samples.snapshot();
    publish(snapshot, 0);
    Files.write(folder.resolve("policy-sluice.bin"), new byte[1000]);
    try (var gateway = new Watching("g-1", POLLS)) {
      gateway.awaitServing(snapshot, LATER);
      assertThat(gateway.served).hasSize(1);
    }
  }

  @Test
  void a_gateway_goes_on_while_redis_is_away_and_finds_what_is_new_then() {
    var first = samples.snapshot();
    long generation = publish(first, 0);
    try (var gateway = new Watching("g-1", POLLS)) {
      gateway.awaitServing(first, LATER);
      for (int i = 0; i < 3; i++) {
        redis.kill();
        redis.restart();
        var next = samples.snapshot();
        generation = publishOnceThere(next, generation);
        gateway.awaitServing(next, LATER);
      }
    }
  }

  private long publishOnceThere(Snapshot snapshot, long after) {
    await()
        .ignoreExceptionsInstanceOf(FeedUnavailableException.class)
        .atMost(LATER)
        .until(() -> publisher.standing().isPresent());
    return publish(snapshot, after);
  }

  @Test
  void a_redis_that_has_lost_its_data_is_overtaken() {
    var first = samples.snapshot();
    long generation = publish(first, 0);
    try (var gateway = new Watching("g-1", POLLS)) {
      gateway.awaitServing(first, LATER);
      redis.ask("FLUSHALL");
      assertThat(publisher.standing()).isEmpty();
      var next = samples.snapshot();
      assertThat(publish(next, 0)).isGreaterThan(generation);
      gateway.awaitServing(next, LATER);
    }
  }

  @Test
  void a_policy_that_is_older_than_the_one_in_force_is_refused() {
    var first = samples.snapshot();
    long generation = publish(first, 0);
    var content = redis.ask("GETRANGE", key("content:" + generation), "0", "-1");
    assertThat(content).isNotEmpty();
    redis.ask("COPY", key("content:" + generation), key("content:old"));
    var next = samples.snapshot();
    long later = publish(next, generation);
    try (var gateway = new Watching("g-1", POLLS)) {
      gateway.awaitServing(next, LATER);
      redis.ask("COPY", key("content:old"), key("content:" + generation), "REPLACE");
      redis.ask("HSET", key("standing"), "generation", Long.toString(generation));
      await()
          .atMost(LATER)
          .untilAsserted(
              () ->
                  assertThat(reports())
                      .containsExactly(
                          new GatewayReport(
                              "g-1",
                              later,
                              next.version(),
                              "policy %d is older than the one in force (expected: %d or later)"
                                  .formatted(generation, later))));
      assertThat(gateway.served).hasSize(1);
      var last = samples.snapshot();
      publish(last, later);
      gateway.awaitServing(last, LATER);
      await().atMost(LATER).until(() -> reports().getFirst().refusal() == null);
    }
  }

  @Test
  void a_damaged_policy_is_refused_and_the_last_one_stays() {
    var first = samples.snapshot();
    long generation = publish(first, 0);
    try (var gateway = new Watching("g-1", POLLS)) {
      gateway.awaitServing(first, LATER);
      redis.ask("SET", key("content:" + (generation + 1)), "x".repeat(1000));
      redis.ask("HSET", key("standing"), "generation", Long.toString(generation + 1));
      redis.ask("PUBLISH", key("news"), "");
      // It serves a policy a moment before it tells so.
      await().atMost(LATER).until(() -> reports().stream().anyMatch(r -> r.refusal() != null));
      assertThat(reports().getFirst())
          .isEqualTo(
              new GatewayReport(
                  "g-1",
                  generation,
                  first.version(),
                  "policy: its checksum is not that of its content"
                      + " (expected: a blob as it was written)"));
      assertThat(gateway.served).hasSize(1);
      var next = samples.snapshot();
      publish(next, generation + 1);
      gateway.awaitServing(next, LATER);
    }
  }

  @Test
  void gateways_are_known_until_they_close_or_fall_silent() {
    var snapshot = samples.snapshot();
    long generation = publish(snapshot, 0);
    try (var one = new Watching("g-1", POLLS)) {
      try (var other = new Watching("g-2", POLLS)) {
        one.awaitServing(snapshot, LATER);
        other.awaitServing(snapshot, LATER);
        await()
            .atMost(LATER)
            .untilAsserted(
                () ->
                    assertThat(reports())
                        .containsExactly(
                            new GatewayReport("g-1", generation, snapshot.version(), null),
                            new GatewayReport("g-2", generation, snapshot.version(), null)));
      }
      assertThat(reports()).extracting(GatewayReport::id).containsExactly("g-1");
      // As one that is killed: it tells once more, and never again.
      try (var link = new FeedRedis(config(), null)) {
        new Reports(link).tell(new GatewayReport("g-3", 1, "v", null), POLLS.reportLifetime());
      }
      assertThat(reports()).extracting(GatewayReport::id).containsExactly("g-1", "g-3");
      await().atMost(LATER).until(() -> reports().size() == 1);
      assertThat(reports()).extracting(GatewayReport::id).containsExactly("g-1");
    }
  }

  @Test
  void envoys_are_told_of_by_the_replica_that_they_are_connected_to() {
    var early = java.time.Instant.parse("2026-11-29T08:00:00Z");
    var before = new EnvoyReport("node-1", "v1", early, null);
    var after = new EnvoyReport("node-1", "v2", early.plusSeconds(5), null);
    var other = new EnvoyReport("node-2", "", early, "cluster x: no endpoints");
    try (var second = PolicyPublisher.open(config(), "operator-1")) {
      publisher.tell(List.of(before, other));
      second.tell(List.of(after));
      assertThat(publisher.envoys()).containsExactly(after, other);
      publisher.tell(List.of());
      assertThat(second.envoys()).containsExactly(after);
    }
    assertThat(publisher.envoys()).isEmpty();
  }

  @Test
  void five_thousand_keys_are_small_and_quick() {
    var small = samples.snapshot();
    long generation = publish(small, 0);
    try (var gateway = new Watching("g-1", PUSHES)) {
      gateway.awaitServing(small, LATER);
      for (int round = 1; round <= 3; round++) {
        var company = samples.company(5_000, 500, 20);
        var blob =
            PolicyBlob.write(new Policy(1, java.time.Instant.EPOCH, "x", company, List.of()));
        long begun = System.nanoTime();
        generation = publish(company, generation);
        long published = System.nanoTime();
        gateway.awaitVersion(company, LATER);
        long served = System.nanoTime();
        System.out.printf(
            "5000 keys, round %d: %d bytes, published in %d ms, in force after %d ms more%n",
            round, blob.length, (published - begun) / 1_000_000, (served - published) / 1_000_000);
        assertThat(blob.length).isLessThan(2 << 20);
      }
    }
  }

  private static String key(String name) {
    return "{sluice}:policy:1:" + name;
  }

  private List<GatewayReport> reports() {
    return publisher.gateways();
  }
}
