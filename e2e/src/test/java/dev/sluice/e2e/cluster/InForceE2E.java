package dev.sluice.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.kubernetes.Cluster;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How soon what `kubectl` says is in force, and that no stream notices; the times are printed,
/// from the end of the command.
final class InForceE2E {

  private static final Duration CLAUDE_WITHIN = Duration.ofSeconds(120);
  private static final int OK = 200;
  private static final int UNAUTHORIZED = 401;
  private static final int BUDGET_SPENT = 429;

  @TempDir static Path folder;

  private static ClusterWorld world;

  @BeforeAll
  static void start() {
    world = ClusterWorld.start(Cluster.shared(), folder);
  }

  @AfterAll
  static void stop() {
    world.close();
  }

  /// An answer that does not end before it is told to.
  private static CompletableFuture<String> stream(String token, CountDownLatch over) {
    world.simulator.next(Script.answer().textOfTokens(400).stallAfter(10, over));
    var answer =
        new RecordedClient(world.gateway().address(), token)
            .open(RecordedTraffic.request("02-tool-turn-p-2.1.329"));
    assertThat(answer.statusCode()).isEqualTo(OK);
    return CompletableFuture.supplyAsync(() -> text(answer));
  }

  private static String text(HttpResponse<InputStream> answer) {
    try (var body = answer.body()) {
      return new String(body.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// It was running when the change came into force, and ended as if there had been none.
  private static void assertWhole(CompletableFuture<String> stream, CountDownLatch over) {
    assertThat(stream).as("the stream outlasts the change").isNotDone();
    over.countDown();
    assertThat(stream.join()).contains("event: message_stop").doesNotContain("event: error");
  }

  @Test
  void a_key_that_is_applied_works_in_claude_code() {
    world.apply(ClusterWorld.key("carol", "50"));
    ClusterWorld.timed(
        "a key applied, until its Secret is there",
        () -> !world.kubectl("get", "secret", "carol-key", "--ignore-not-found").isEmpty());
    var token = world.token("carol");
    ClusterWorld.timed("and until it is served", () -> world.models(token) == OK);
    world.simulator.next(Script.answer().text("Hello from the cluster."));
    try (var claude = ClaudeCode.at(world.gateway().address(), token)) {
      assertThat(claude.print("say hi", CLAUDE_WITHIN))
          .isEqualTo(new ClaudeCode.Result(0, "Hello from the cluster.\n", ""));
    }
  }

  @Test
  void a_lower_budget_a_suspension_and_a_deletion_are_in_force_and_no_stream_is_dropped() {
    world.apply(ClusterWorld.key("dave", "50"));
    world.awaitReady(world.keys().size());
    var token = world.token("dave");
    assertThat(world.ask(token)).isEqualTo(OK);

    var over = new CountDownLatch(1);
    var first = stream(token, over);
    world.patch("vk/dave", "{\"budgets\":[{\"limitUsd\":\"0.000001\",\"window\":\"Month\"}]}");
    ClusterWorld.timed("a budget lowered", () -> world.ask(token) == BUDGET_SPENT);
    assertWhole(first, over);
    world.patch("vk/dave", "{\"budgets\":[{\"limitUsd\":\"50\",\"window\":\"Month\"}]}");
    ClusterWorld.timed("a budget raised", () -> world.ask(token) == OK);

    var overToo = new CountDownLatch(1);
    var second = stream(token, overToo);
    world.patch("vk/dave", "{\"suspended\":true}");
    ClusterWorld.timed("a key suspended", () -> world.models(token) == UNAUTHORIZED);
    assertWhole(second, overToo);
    world.patch("vk/dave", "{\"suspended\":false}");
    ClusterWorld.timed("a suspension lifted", () -> world.models(token) == OK);

    var overAtLast = new CountDownLatch(1);
    var third = stream(token, overAtLast);
    world.kubectl("delete", "vk", "dave", "--wait=false");
    ClusterWorld.timed("a key deleted", () -> world.models(token) == UNAUTHORIZED);
    assertWhole(third, overAtLast);
  }
}
