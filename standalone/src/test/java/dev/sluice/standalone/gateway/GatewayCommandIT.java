package dev.sluice.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.feed.GatewayReport;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.up.Promised;
import dev.sluice.standalone.up.RunningUp;
import dev.sluice.testkit.RealParts;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.script.Script;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command gateway as a process, with a real Envoy and a real Redis, and an operator that comes
/// and goes, against a simulated provider.
class GatewayCommandIT {

  private static final String MODEL = "claude-sonnet-5";
  private static final Script SHORT = Script.answer().text("Hello.");

  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LATER = Duration.ofSeconds(60);

  private final AnthropicSimulator provider = AnthropicSimulator.start(PriceTable.recorded());
  private final RedisServer redis = RedisServer.start();
  @TempDir Path folder;
  private Path state;
  private int adsPort;
  private TestOperator operator;

  @BeforeEach
  void startOperator() throws Exception {
    state = folder.resolve("state");
    adsPort = TestOperator.freePort();
    TestOperator.certify(folder);
    operator = operator();
  }

  @AfterEach
  void close() {
    operator.close();
    redis.close();
    provider.close();
  }

  private TestOperator operator() throws Exception {
    return TestOperator.start(RedisConfig.of(redis.uri()), adsPort, folder);
  }

  private String[] options() {
    return new String[] {
      "--redis", redis.uri(),
      "--ads", "localhost:" + adsPort,
      "--ads-tls", folder.resolve("gateway").toString(),
      "--node", "g-1",
      "--envoy", RealParts.envoy().toString()
    };
  }

  private RunningUp gateway() throws Exception {
    return RunningUp.start("gateway", state, HttpClient.newHttpClient(), options());
  }

  private String world(String budget, String more) {
    return """
    apiVersion: v1
    kind: Secret
    metadata: { name: anthropic }
    stringData: { apiKey: %1$s }
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: Provider
    metadata: { name: anthropic }
    spec:
      type: Anthropic
      endpoint: %2$s
      credentials: [ { name: main, secretRef: { name: anthropic, key: apiKey } } ]
      models:
        - name: claude-sonnet-5
          price: { inputUsdPerMTok: "2", outputUsdPerMTok: "10", cacheReadUsdPerMTok: "0.2",
            cacheWrite5mUsdPerMTok: "2.5", cacheWrite1hUsdPerMTok: "4" }
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: VirtualKey
    metadata: { name: alice }
    spec:
      providers: [ { name: anthropic } ]
      budgets: [ { limitUsd: "50", %3$s } ]
      %4$s
    """
        .formatted(SimulatorConfig.API_KEY, provider.uri(), budget, more);
  }

  private String world() {
    return world("window: Month", "");
  }

  private void assertServed(RunningUp gateway) throws Exception {
    provider.next(SHORT);
    assertWhole(gateway.ask(TestOperator.ALICE, MODEL).get());
  }

  private static void assertWhole(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("event: message_stop");
  }

  @Test
  void serves_by_a_published_policy_and_takes_a_change_within_a_second() throws Exception {
    var first = operator.publish(world());
    try (var gateway = gateway()) {
      assertThat(gateway.admin("/readyz").statusCode()).isEqualTo(200);
      assertServed(gateway);
      var posted = provider.settledBill().usd().stripTrailingZeros().toPlainString();
      await().until(() -> gateway.budget("alice", "posted").equals(posted));
      await()
          .untilAsserted(
              () ->
                  assertThat(operator.gateways())
                      .singleElement()
                      .matches(report -> report.id().equals("g-1"))
                      .matches(report -> report.version().equals(first.version())));

      var over = new CountDownLatch(1);
      provider.next(Script.answer().textOfTokens(300).stallAfter(10, over));
      var stream = gateway.ask(TestOperator.ALICE, MODEL);
      await().until(() -> provider.inFlight() == 1);
      operator.publish(world("window: Month", "suspended: true"));
      Promised.within(
          SECOND, () -> gateway.ask(TestOperator.ALICE, MODEL).get().statusCode() == 401);
      operator.publish(world());
      Promised.within(
          SECOND, () -> operator.gateways().getFirst().version().equals(first.version()));
      assertThat(stream).isNotDone();
      over.countDown();
      assertWhole(stream.get());
      assertServed(gateway);

      gateway.terminate();
      assertThat(gateway.awaitExit()).isZero();
      assertThat(ProcessHandle.of(gateway.pid("envoy"))).isEmpty();
      assertThat(operator.gateways()).isEmpty();
    }
  }

  @Test
  void goes_on_without_the_operator_also_after_a_restart() throws Exception {
    operator.publish(world());
    try (var gateway = gateway()) {
      operator.close();
      assertServed(gateway);
      ProcessHandle.of(gateway.pid("gateway")).orElseThrow().destroy();
      assertThat(gateway.awaitExit()).isZero();
    }
    // Its policy comes from Redis; its Envoy has nothing yet, and waits.
    var restarted = RunningUp.launch("gateway", state, options());
    try {
      assertThat(restarted.waitFor(8, TimeUnit.SECONDS)).isFalse();
      assertThat(state.resolve("endpoints.json")).doesNotExist();
      operator = operator();
      operator.publish(world());
      var line = restarted.inputReader().readLine();
      assertThat(line).startsWith("ready http://");
      assertThat(operator.connected()).isTrue();
    } finally {
      restarted.destroy();
      assertThat(restarted.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void a_changed_window_starts_with_what_was_spent() throws Exception {
    operator.publish(world());
    try (var gateway = gateway()) {
      assertServed(gateway);
      await().until(() -> !gateway.budget("alice", "posted").equals("0"));
      var posted = gateway.budget("alice", "posted");
      operator.publish(world("window: Year, calendar: { timeZone: UTC }", ""));
      await().until(() -> gateway.budget("alice", "window").equals("Year"));
      assertThat(gateway.budget("alice", "posted")).isEqualTo(posted);
    }
  }

  /// Its process is restarted beside an Envoy that goes on, as in a pod.
  @Test
  void restarts_without_operator_and_redis_beside_its_envoy() throws Exception {
    operator.publish(world());
    var port = TestOperator.freePort();
    var options =
        new String[] {
          "--redis",
          redis.uri(),
          "--ads",
          "localhost:" + adsPort,
          "--ads-tls",
          folder.resolve("gateway").toString(),
          "--node",
          "g-1",
          "--listen",
          "127.0.0.1:" + port
        };
    var bootstrap = state.resolve("envoy").resolve("bootstrap.json");
    var first = RunningUp.launch("gateway", state, options);
    Process envoy = null;
    try {
      await().atMost(LATER).until(() -> Files.exists(bootstrap));
      envoy =
          new ProcessBuilder(
                  RealParts.envoy().toString(),
                  "--config-path",
                  bootstrap.toString(),
                  "--concurrency",
                  "1",
                  "--disable-hot-restart",
                  "--log-level",
                  "warn")
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("envoy.log").toFile())
              .start();
      assertThat(first.inputReader().readLine()).isEqualTo("ready http://127.0.0.1:" + port);
      operator.close();
      first.destroyForcibly().waitFor();
      redis.kill();
      try (var gateway = RunningUp.start("gateway", state, HttpClient.newHttpClient(), options)) {
        assertThat(gateway.admin("/readyz").body()).isEqualTo("ready\n");
        // The policy is from its disk; budgets cannot be checked, so that is what it says.
        var refused = gateway.ask(TestOperator.ALICE, MODEL).get();
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(gateway.ask("sk-slc-of-nobody", MODEL).get().statusCode()).isEqualTo(401);
        redis.restart();
        provider.otherwise(_ -> SHORT);
        await()
            .atMost(LATER)
            .until(() -> gateway.ask(TestOperator.ALICE, MODEL).get().statusCode() == 200);
        await().atMost(LATER).until(() -> !gateway.budget("alice", "posted").equals("0"));
        gateway.terminate();
        assertThat(gateway.awaitExit()).isZero();
      }
      assertThat(envoy.isAlive()).isTrue();
    } finally {
      first.destroyForcibly();
      if (envoy != null) {
        envoy.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void is_healthy_and_not_ready_while_it_waits_for_its_first_policy() throws Exception {
    var admin = "127.0.0.1:" + TestOperator.freePort();
    var more = new java.util.ArrayList<>(java.util.List.of(options()));
    more.addAll(java.util.List.of("--admin", admin));
    var process = RunningUp.launch("gateway", state, more.toArray(String[]::new));
    try {
      await()
          .ignoreExceptions()
          .atMost(LATER)
          .until(() -> ask(admin, "/healthz").statusCode() == 200);
      assertThat(ask(admin, "/readyz").body()).isEqualTo("no policy yet\n");
      await().atMost(LATER).until(() -> operator.gateways().size() == 1);
      assertThat(operator.gateways()).containsExactly(new GatewayReport("g-1", 0, "", null));
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static HttpResponse<String> ask(String admin, String path) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://" + admin + path)).build(),
          BodyHandlers.ofString());
    }
  }
}
