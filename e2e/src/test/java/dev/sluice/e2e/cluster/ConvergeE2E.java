package dev.sluice.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.kubernetes.LocalKubernetes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Whatever ends and comes back, the world becomes what the manifests say; the times are printed.
///
/// `SLUICE_SEED` sets the moments at which the operator is killed (printed).
final class ConvergeE2E {

  private static final int KILLS = 4;
  private static final int KEYS_EACH = 10;
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int UNAVAILABLE = 503;

  /// Longer than the operator takes from a change to its end.
  private static final int KILLED_WITHIN_MILLIS = 1_500;

  @TempDir static Path folder;

  private static LocalKubernetes kubernetes;
  private static ClusterWorld world;

  @BeforeAll
  static void start() {
    kubernetes = LocalKubernetes.start();
    world = ClusterWorld.start(kubernetes, folder);
    world.apply(ClusterWorld.key("alice", "500") + ClusterWorld.key("bob", "500"));
    world.awaitReady(2);
  }

  @AfterAll
  static void stop() {
    world.close();
    kubernetes.close();
  }

  @Test
  void an_operator_killed_at_any_moment_leaves_no_orphan_and_no_second_secret() {
    var seed =
        Optional.ofNullable(System.getenv("SLUICE_SEED"))
            .map(Long::valueOf)
            .orElseGet(System::nanoTime);
    System.out.println("seed " + seed);
    var random = new SplittableRandom(seed);
    var tokens = new TreeMap<String, String>();
    int before = world.keys().size();
    for (int kill = 1; kill <= KILLS; kill++) {
      var round = "k" + kill + "-";
      world.apply(
          IntStream.range(0, KEYS_EACH)
              .mapToObj(i -> ClusterWorld.key(round + i, "50"))
              .collect(Collectors.joining()));
      LockSupport.parkNanos(Duration.ofMillis(random.nextInt(KILLED_WITHIN_MILLIS)).toNanos());
      world.installation.operator().kill();
      world.startOperator();
      int all = before + kill * KEYS_EACH;
      ClusterWorld.timed(
          "operator killed and started again, until all keys are ready",
          () -> world.keys().stream().filter(ClusterWorld::ready).count() == all);
      tokens.forEach((secret, token) -> assertThat(secrets()).containsEntry(secret, token));
      tokens.putAll(secrets());
      assertThat(tokens).hasSize(all).doesNotContainValue("");
    }
    tokens.forEach(
        (secret, token) ->
            assertThat(world.models(ClusterWorld.decoded(token))).as(secret).isEqualTo(OK));
  }

  /// The Secrets of keys by name, with what is in them. Each must belong to a key that is there,
  /// and no key may have two.
  private static Map<String, String> secrets() {
    var keys =
        world.keys().stream()
            .collect(Collectors.toMap(ConvergeE2E::uid, key -> name(key) + "-key"));
    var owned = new TreeMap<String, String>();
    for (var secret : world.secrets()) {
      var owners = secret.path("metadata").path("ownerReferences");
      if (owners.size() > 0) {
        assertThat(keys).containsEntry(owners.get(0).path("uid").asString(), name(secret));
        owned.put(name(secret), secret.path("data").path("token").asString(""));
      }
    }
    return owned;
  }

  private static String uid(JsonNode object) {
    return object.path("metadata").path("uid").asString();
  }

  private static String name(JsonNode object) {
    return object.path("metadata").path("name").asString();
  }

  @Test
  void an_operator_that_does_not_lead_serves_envoys_and_takes_over_from_one_that_was_killed() {
    var bob = world.token("bob");
    try (var second = world.oneMoreOperator();
        var other = world.oneMoreGateway(second)) {
      assertThat(world.models(other, bob)).isEqualTo(OK);
      world.installation.operator().kill();
      world.patch("vk/bob", "{\"suspended\":true}");
      ClusterWorld.timed(
          "leader killed, until a suspension is in force by the other one",
          () -> world.models(other, bob) == UNAUTHORIZED && world.models(bob) == UNAUTHORIZED);
      world.patch("vk/bob", "{\"suspended\":false}");
      ClusterWorld.timed(
          "and until it is lifted",
          () -> world.models(other, bob) == OK && world.models(bob) == OK);
    } finally {
      world.startOperator();
    }
    world.awaitReady(world.keys().size());
  }

  @Test
  void without_the_api_server_traffic_goes_on_and_what_is_applied_after_it_is_in_force() {
    var bob = world.token("bob");
    kubernetes.killApiServer();
    try {
      for (int i = 0; i < 5; i++) {
        assertThat(world.ask(bob)).isEqualTo(OK);
      }
    } finally {
      kubernetes.restartApiServer();
    }
    world.patch("vk/bob", "{\"suspended\":true}");
    ClusterWorld.timed(
        "API server back, until a suspension is in force", () -> world.models(bob) == UNAUTHORIZED);
    world.patch("vk/bob", "{\"suspended\":false}");
    ClusterWorld.timed("and until it is lifted", () -> world.models(bob) == OK);
  }

  @Test
  void without_redis_a_request_is_refused_to_be_tried_again_and_afterwards_served() {
    var alice = world.token("alice");
    assertThat(world.ask(alice)).isEqualTo(OK);
    world.installation.redis.kill();
    assertThat(world.ask(alice)).isEqualTo(UNAVAILABLE);
    world.patch("vk/alice", "{\"budgets\":[{\"limitUsd\":\"700\",\"window\":\"Month\"}]}");
    world.installation.redis.restart();
    ClusterWorld.timed("Redis back, until a request is served", () -> world.ask(alice) == OK);
    ClusterWorld.timed(
        "and until what was applied meanwhile is told to be ready",
        () ->
            world.keys().stream().allMatch(ClusterWorld::ready)
                && world.kubectl("get", "vk", "alice").contains(" 700 "));
  }

  @Test
  void an_envoy_that_is_killed_comes_back_with_all_its_configuration() {
    var alice = world.token("alice");
    var envoy =
        world
            .gateway()
            .process()
            .descendants()
            .filter(child -> child.info().command().orElse("").endsWith("envoy"))
            .findFirst()
            .orElseThrow();
    envoy.destroyForcibly();
    envoy.onExit().join();
    ClusterWorld.timed("Envoy killed, until a request is served", () -> world.ask(alice) == OK);
  }
}
