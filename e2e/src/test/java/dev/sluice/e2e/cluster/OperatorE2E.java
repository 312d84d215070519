package dev.sluice.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.ClaudeCode;
import dev.sluice.testkit.kubernetes.Cluster;
import dev.sluice.testkit.script.Script;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kubectl apply`, and the real Claude Code works: API server, operator, Redis, Envoy and gateway,
/// all real, and each object says the truth.
final class OperatorE2E {

  private static final Duration TIMEOUT = Duration.ofSeconds(120);

  private static void awaitReady(ClusterWorld world, String object, String status) {
    var path = "jsonpath={.status.conditions[?(@.type==\"Ready\")].status}";
    await(object)
        .atMost(ClusterWorld.SOON)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> assertThat(world.kubectl("get", object, "-o", path)).isEqualTo(status));
  }

  private static ClaudeCode.Result claude(ClusterWorld world, String prompt) {
    try (var claude = ClaudeCode.at(world.gateway().address(), world.token("alice"))) {
      return claude.print(prompt, TIMEOUT);
    }
  }

  @Test
  void what_is_applied_is_ready_and_claude_code_works_until_it_is_suspended(@TempDir Path folder) {
    try (var world = ClusterWorld.start(Cluster.shared(), folder)) {
      world.apply(ClusterWorld.key("alice", "50"));
      for (var object : List.of("prov/anthropic", "team/payments", "vk/alice")) {
        awaitReady(world, object, "True");
      }
      world.simulator.next(Script.answer().text("Hello from the cluster."));
      assertThat(claude(world, "say hi"))
          .isEqualTo(new ClaudeCode.Result(0, "Hello from the cluster.\n", ""));
      assertThat(world.simulator.violations()).isEmpty();
      assertThat(world.kubectl("get", "vk"))
          .contains("alice", "payments", "alice@example.com", "50");

      world.patch("vk/alice", "{\"suspended\":true}");
      awaitReady(world, "vk/alice", "False");
      assertThat(claude(world, "and now?").exitCode()).isNotZero();
      world.patch("vk/alice", "{\"suspended\":false}");
      awaitReady(world, "vk/alice", "True");
    }
  }
}
