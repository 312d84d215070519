package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.policy.KeyDigest;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.testkit.kubernetes.Cluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The resource flow against a real API server and a real Redis: what is applied comes to the
/// gateways, and each object says what became of it.
class OperatorIT {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String BASE =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: anthropic }
      stringData: { apiKey: credential-1 }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: anthropic }
      spec:
        type: Anthropic
        credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Team
      metadata: { name: payments }
      spec: { budgets: [ { limitUsd: "500", window: Month } ] }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: alice }
      spec:
        team: payments
        owner: alice@example.com
        providers: [ { name: anthropic } ]
        budgets: [ { limitUsd: "50", window: Day } ]
      """;

  private final AtomicReference<Snapshot> served = new AtomicReference<>();
  private Running running;

  @BeforeEach
  void start() throws IOException {
    running = Running.start();
  }

  @AfterEach
  void stop() {
    running.close();
  }

  private ObjectName name(String name) {
    return new ObjectName(running.namespace, name);
  }

  private void awaitCondition(String object, String type, String reason) {
    await(object + " " + type + " " + reason)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> assertThat(running.condition(object, type, "reason")).isEqualTo(reason));
  }

  private String token(String secret, String field) {
    var text = running.kubectl("get", "secret", secret, "-o", "jsonpath={.data." + field + "}");
    return new String(Base64.getDecoder().decode(text));
  }

  private boolean valid(String token) {
    var snapshot = served.get();
    return snapshot != null && snapshot.key(KeyDigest.of(token)) != null;
  }

  @Test
  void what_is_applied_comes_to_the_gateways_and_is_told(@TempDir Path folder) {
    try (var _ = running.gateway("gw-0", folder, policy -> served.set(policy.snapshot()))) {
      running.apply(BASE);
      awaitCondition("vk/alice", "Accepted", "Accepted");
      await().atMost(SOON).until(() -> valid(token("alice-key", "token")));
      var owner = "jsonpath={.metadata.ownerReferences[0].name}";
      assertThat(running.kubectl("get", "secret", "alice-key", "-o", owner)).isEqualTo("alice");
      // No Envoy runs here, so nothing may say that it has this.
      awaitCondition("vk/alice", "Programmed", "Pending");
      assertThat(running.kubectl("get", "vk", "alice")).contains("payments").contains("50");
      assertThat(running.kubectl("get", "vk", "alice", "-o", "yaml"))
          .doesNotContain(token("alice-key", "token"));

      running.kubectl(
          "patch", "vk", "alice", "--type=merge", "-p", "{\"spec\":{\"suspended\":true}}");
      await()
          .atMost(SOON)
          .until(() -> served.get().key(KeyDigest.of(token("alice-key", "token"))).suspended());
      running.kubectl("delete", "vk", "alice", "--wait=false");
      await().atMost(SOON).until(() -> served.get().keys().isEmpty());
    }
  }

  @Test
  void a_bad_version_is_told_and_the_last_good_one_stays_also_after_a_restart(@TempDir Path folder)
      throws IOException {
    try (var _ = running.gateway("gw-0", folder, policy -> served.set(policy.snapshot()))) {
      running.apply(BASE);
      await().atMost(SOON).until(() -> served.get() != null && served.get().keys().size() == 1);
      running.apply(BASE.replace("team: payments", "team: nobody").replace("\"50\"", "\"60\""));
      awaitCondition("vk/alice", "ResolvedRefs", "RefNotResolved");
      awaitCondition("vk/alice", "Programmed", "LastGoodVersion");
      assertThat(running.condition("vk/alice", "ResolvedRefs", "message"))
          .contains("spec.team")
          .contains("nobody")
          .contains("payments");
      await().atMost(SOON).until(() -> running.kubectl("get", "events").contains("RefNotResolved"));

      running.stopOperator();
      running.startOperator("operator-1");
      running.apply(
          BASE.substring(
                  BASE.indexOf("kind: Team") - 36,
                  BASE.indexOf("---\napiVersion: sluice.dev/v1alpha1\nkind: VirtualKey"))
              .replace("500", "600"));
      await()
          .atMost(SOON)
          .until(
              () ->
                  served.get().budgets().values().stream()
                      .anyMatch(b -> b.limit().toUsd().equals("600")));
      var alice = served.get().keysByName().iterator().next();
      assertThat(alice.team()).isEqualTo(name("payments"));
      assertThat(alice.budgets().getFirst().limit().toUsd()).isEqualTo("50");
    }
  }

  @Test
  void a_key_stays_below_the_team_of_another_namespace_though_it_is_not_let_any_more(
      @TempDir Path folder) throws IOException {
    var platform = Cluster.shared().newNamespace("platform");
    var limit = "jsonpath={.status.limitUsd}";
    try (var _ = running.gateway("gw-0", folder, policy -> served.set(policy.snapshot()))) {
      company(platform, "5000", "All");
      running.apply(BASE.replace("team: payments", "team: " + platform + "/company"));
      awaitCondition("vk/alice", "ResolvedRefs", "RefNotResolved");
      assertThat(running.condition("vk/alice", "ResolvedRefs", "message"))
          .contains("a Team of a namespace that is watched: " + running.namespace);

      running.stopOperator();
      running.startOperator("operator-1", platform);
      awaitLimit(platform, "5000");
      assertThat(running.kubectl("get", "vk", "alice")).contains(platform + "/company");
      await()
          .atMost(SOON)
          .until(() -> in(platform, "get", "team", "company", "-o", limit).equals("5000"));

      company(platform, "4000", "Same");
      awaitCondition("vk/alice", "ResolvedRefs", "RefNotPermitted");
      awaitCondition("vk/alice", "Programmed", "LastGoodVersion");
      awaitLimit(platform, "4000");

      running.stopOperator();
      running.startOperator("operator-2", platform);
      company(platform, "3000", "Same");
      awaitLimit(platform, "3000");
      in(platform, "delete", "team", "company", "--wait=false");
      await().atMost(SOON).until(() -> served.get().keys().isEmpty());
    }
  }

  private void company(String namespace, String limit, String from) {
    var manifest =
        """
        apiVersion: sluice.dev/v1alpha1
        kind: Team
        metadata: { name: company }
        spec:
          budgets: [ { limitUsd: "%s", window: Month } ]
          allowedNamespaces: { from: %s }
        """;
    var text = manifest.formatted(limit, from);
    running.access.kubectlReading(text, "apply", "--namespace=" + namespace, "-f", "-").orThrow();
  }

  private String in(String namespace, String... words) {
    var all = Stream.concat(Stream.of(words), Stream.of("--namespace=" + namespace));
    return running.access.kubectl(all.toArray(String[]::new)).orThrow().strip();
  }

  /// That the gateway has the one key, below the company's limit.
  private void awaitLimit(String namespace, String limit) {
    var budget = "team:" + namespace + "/company:Month.rolling";
    await(limit)
        .atMost(SOON)
        .until(
            () ->
                served.get() != null
                    && served.get().keysByName().stream()
                        .flatMap(key -> key.budgets().stream())
                        .anyMatch(b -> b.id().equals(budget) && b.limit().toUsd().equals(limit)));
  }

  @Test
  void a_rotation_keeps_the_old_value_valid_for_its_overlap(@TempDir Path folder) {
    try (var _ = running.gateway("gw-0", folder, policy -> served.set(policy.snapshot()))) {
      running.apply(BASE);
      await().atMost(SOON).until(() -> served.get() != null && served.get().keys().size() == 1);
      var old = token("alice-key", "token");
      running.kubectl(
          "annotate", "vk", "alice", "sluice.dev/rotate=1", "sluice.dev/rotate-overlap=3s");
      await().atMost(SOON).until(() -> !token("alice-key", "token").equals(old));
      var successor = token("alice-key", "token");
      await().atMost(SOON).until(() -> valid(successor));
      assertThat(valid(old)).isTrue();
      await()
          .atMost(SOON)
          .until(
              () ->
                  !running
                      .kubectl("get", "vk", "alice", "-o", "jsonpath={.status.previousKeyUntil}")
                      .isEmpty());
      await().atMost(Duration.ofSeconds(45)).until(() -> !valid(old));
      assertThat(valid(successor)).isTrue();
    }
  }

  @Test
  void probes_and_prometheus_are_told(@TempDir Path folder) throws IOException {
    try (var _ = running.gateway("gw-0", folder, policy -> served.set(policy.snapshot()))) {
      running.apply(BASE.replace("team: payments", "team: nobody"));
      await()
          .atMost(SOON)
          .ignoreExceptions() // It is not ready before the first round.
          .until(() -> running.page("/readyz").equals("ok\n"));
      assertThat(running.page("/healthz")).isEqualTo("ok\n");
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(running.page("/metrics"))
                      .contains("sluice_operator_objects{kind=\"VirtualKey\"} 1.0")
                      .contains("sluice_operator_faulty_objects 1.0")
                      .contains("sluice_operator_leads 1.0")
                      .contains("sluice_operator_gateways{state=\"behind\"} 1.0")
                      .contains("sluice_operator_status_writes_total{outcome=\"written\"}"));
      var page = running.page("/metrics");
      assertThat(page).doesNotContain("credential-1");
      var reference = Files.readString(Path.of("..", "docs", "reference", "metrics.md"));
      Pattern.compile("`(sluice_operator_\\w+)`")
          .matcher(reference)
          .results()
          .forEach(name -> assertThat(page).contains("# HELP " + name.group(1)));
    }
  }

  @Test
  void redis_away_is_told_and_what_was_applied_meanwhile_arrives_after(@TempDir Path folder) {
    try (var _ = running.gateway("gw-0", folder, policy -> served.set(policy.snapshot()))) {
      running.apply(BASE);
      await().atMost(SOON).until(() -> served.get() != null && served.get().keys().size() == 1);
      running.redis.kill();
      running.kubectl(
          "patch", "vk", "alice", "--type=merge", "-p", "{\"spec\":{\"suspended\":true}}");
      awaitCondition("vk/alice", "Programmed", "RedisUnavailable");
      running.redis.restart();
      await().atMost(SOON).until(() -> served.get().keysByName().iterator().next().suspended());
    }
  }
}
