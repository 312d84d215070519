package dev.sluice.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.kubernetes.Cluster;
import dev.sluice.testkit.script.Script;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Somebody edits all the time, and no stream notices.
///
/// `SLUICE_SOAK_SECONDS` sets how long (30 by default, 300 at most).
final class EditsE2E {

  private static final int STREAMS = 32;
  private static final int EDITS_A_MINUTE = 200;
  private static final int OK = 200;
  private static final Duration LENGTH =
      Duration.ofSeconds(
          Math.min(300, Long.parseLong(System.getenv().getOrDefault("SLUICE_SOAK_SECONDS", "30"))));

  @TempDir static Path folder;

  private static ClusterWorld world;

  @BeforeAll
  static void start() {
    world = ClusterWorld.start(Cluster.shared(), folder);
    world.apply(ClusterWorld.key("alice", "4000") + ClusterWorld.key("guest", "50"));
    world.awaitReady(2);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  /// Each kind of edit, by turns, and back again.
  private static void edit(int number) {
    boolean back = number / 6 % 2 == 1;
    switch (number % 6) {
      case 0 -> patch("VirtualKey", "alice", budgets(back ? "4000" : "4500"));
      case 1 -> patch("Team", "payments", budgets(back ? "5000" : "6000"));
      case 2 -> patch("VirtualKey", "guest", "{\"suspended\":" + !back + "}");
      case 3 ->
          patch("VirtualKey", "alice", aliases(back ? "claude-haiku-4-5" : "claude-sonnet-5"));
      case 4 ->
          patch("Provider", "anthropic", "{\"timeouts\":{\"idle\":\"" + (back ? 90 : 80) + "s\"}}");
      default -> addOrDelete(back);
    }
  }

  private static String budgets(String limit) {
    return "{\"budgets\":[{\"limitUsd\":\"" + limit + "\",\"window\":\"Month\"}]}";
  }

  private static String aliases(String model) {
    return "{\"aliases\":[{\"name\":\"fast\",\"to\":\"" + model + "\"}]}";
  }

  private static void patch(String kind, String name, String spec) {
    world
        .installation
        .client
        .genericKubernetesResources("sluice.dev/v1alpha1", kind)
        .inNamespace(world.namespace)
        .withName(name)
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":" + spec + "}");
  }

  private static void addOrDelete(boolean delete) {
    var client = world.installation.client;
    var passing = client.genericKubernetesResources("sluice.dev/v1alpha1", "VirtualKey");
    if (delete) {
      passing.inNamespace(world.namespace).withName("passing").delete();
    } else {
      client
          .resource(ClusterWorld.key("passing", "5").replace("---", ""))
          .inNamespace(world.namespace)
          .create();
    }
  }

  @Test
  void no_stream_is_broken_and_none_refused() {
    world.simulator.otherwise(
        _ -> Script.answer().textOfTokens(300).tokensPerEvent(5).pace(Duration.ofMillis(60)));
    var token = world.token("alice");
    var until = System.nanoTime() + LENGTH.toNanos();
    var whole = new AtomicLong();
    var streams = new ArrayList<CompletableFuture<?>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < STREAMS; i++) {
        streams.add(CompletableFuture.runAsync(() -> streamUntil(until, token, whole), threads));
      }
      int edits = editUntil(until);
      streams.forEach(CompletableFuture::join);
      System.out.printf("%d edits, %d streams, all of them whole%n", edits, whole.get());
      assertThat(whole.get()).isGreaterThanOrEqualTo(STREAMS);
    }
    assertThat(world.simulator.violations()).isEmpty();
    ClusterWorld.timed(
        "until all is ready after the edits", () -> world.keys().stream().allMatch(EditsE2E::told));
  }

  private static int editUntil(long until) {
    var pause = Duration.ofMinutes(1).dividedBy(EDITS_A_MINUTE);
    int edits = 0;
    for (long next = System.nanoTime(); next < until; next += pause.toNanos()) {
      LockSupport.parkNanos(next - System.nanoTime());
      edit(edits++);
    }
    return edits;
  }

  private static void streamUntil(long until, String token, AtomicLong whole) {
    var client = new RecordedClient(world.gateway().address(), token);
    while (System.nanoTime() < until) {
      var answer = client.open(RecordedTraffic.request("02-tool-turn-p-2.1.329"));
      try (var body = answer.body()) {
        var text = new String(body.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).as(text).isEqualTo(OK);
        assertThat(text).contains("event: message_stop").doesNotContain("event: error");
        whole.incrementAndGet();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// Suspended or ready, in its present version.
  private static boolean told(JsonNode key) {
    return ClusterWorld.ready(key) || key.path("spec").path("suspended").asBoolean(false);
  }
}
