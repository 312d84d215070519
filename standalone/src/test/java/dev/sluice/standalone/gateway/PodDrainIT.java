package dev.sluice.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.up.RunningUp;
import dev.sluice.testkit.RealParts;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The end of a pod, in the order in which a kubelet ends it: the hook of Envoy's container, a
/// SIGTERM for Envoy, a SIGTERM for the gateway's process.
class PodDrainIT {

  private static final String MODEL = "claude-sonnet-5";
  private static final Duration LATER = Duration.ofSeconds(120);

  /// About ten seconds: longer than requests may still come.
  private static final Script LONG = Script.answer().textOfTokens(1000).pace(Duration.ofMillis(50));

  private final AnthropicSimulator provider = AnthropicSimulator.start(PriceTable.recorded());
  private final RedisServer redis = RedisServer.start();
  @TempDir Path folder;

  @AfterEach
  void close() {
    redis.close();
    provider.close();
  }

  private String world() {
    return """
    apiVersion: v1
    kind: Secret
    metadata: { name: anthropic }
    stringData: { apiKey: %s }
    ---
    apiVersion: sluice.dev/v1alpha1
    kind: Provider
    metadata: { name: anthropic }
    spec:
      type: Anthropic
      endpoint: %s
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
      budgets: [ { limitUsd: "50", window: Month } ]
    """
        .formatted(SimulatorConfig.API_KEY, provider.uri());
  }

  @Test
  void streams_end_whole_before_envoy_and_the_gateway_do() throws Exception {
    TestOperator.certify(folder);
    var adsPort = TestOperator.freePort();
    var state = folder.resolve("state");
    try (var operator = TestOperator.start(RedisConfig.of(redis.uri()), adsPort, folder)) {
      operator.publish(world());
      String[] options = {
        "--redis",
        redis.uri(),
        "--ads",
        "localhost:" + adsPort,
        "--ads-tls",
        folder.resolve("gateway").toString(),
        "--node",
        "g-1",
        "--listen",
        "127.0.0.1:" + TestOperator.freePort()
      };
      var envoy = CompletableFuture.supplyAsync(() -> envoyBeside(state));
      try (var gateway = RunningUp.start("gateway", state, HttpClient.newHttpClient(), options)) {
        end(gateway, envoy.get());
      } finally {
        envoy.get().destroyForcibly().waitFor();
      }
    }
  }

  private void end(RunningUp gateway, Process envoy) throws Exception {
    provider.next(LONG);
    var stream = gateway.ask(TestOperator.ALICE, MODEL);
    await().atMost(LATER).until(() -> provider.inFlight() == 1);

    var hook = CompletableFuture.supplyAsync(() -> drain(gateway));
    await().atMost(LATER).until(() -> gateway.admin("/readyz").statusCode() == 503);
    assertThat(gateway.admin("/readyz").body()).isEqualTo("draining\n");

    // Who does not know yet that this pod is ending is served, and told to go elsewhere.
    provider.next(Script.answer().text("Hello."));
    var late = gateway.ask(TestOperator.ALICE, MODEL).get();
    assertThat(late.statusCode()).as(late.body()).isEqualTo(200);
    assertThat(late.headers().firstValue("connection")).hasValue("close");

    assertThat(stream).isNotDone();
    assertThat(hook).isNotDone();
    assertThat(stream.get().body()).contains("event: message_stop");
    var drained = hook.get(20, TimeUnit.SECONDS);
    assertThat(drained.body()).isEqualTo("drained\n");
    assertThat(drained.statusCode()).isEqualTo(200);
    assertThat(gateway.ask(TestOperator.ALICE, MODEL).get().statusCode()).isEqualTo(503);
    var bill = provider.settledBill().usd().stripTrailingZeros().toPlainString();
    assertThat(gateway.budget("alice", "posted")).isEqualTo(bill);

    envoy.destroy();
    assertThat(envoy.waitFor(20, TimeUnit.SECONDS)).isTrue();
    gateway.terminate();
    assertThat(gateway.awaitExit()).isZero();
  }

  private static HttpResponse<String> drain(RunningUp gateway) {
    try {
      return gateway.admin("/drain");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  /// Starts it once the gateway has written what it starts from, as the chart does.
  private Process envoyBeside(Path state) {
    var bootstrap = state.resolve("envoy").resolve("bootstrap.json");
    await().atMost(LATER).until(() -> Files.exists(bootstrap));
    String[] command = {
      RealParts.envoy().toString(),
      "--config-path",
      bootstrap.toString(),
      "--concurrency",
      "1",
      "--disable-hot-restart",
      "--log-level",
      "warn"
    };
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(folder.resolve("envoy.log").toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
