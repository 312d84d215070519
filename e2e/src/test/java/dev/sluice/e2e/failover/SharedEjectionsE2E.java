package dev.sluice.e2e.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.testkit.RecordedTraffic;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.Script;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two gateways with one Redis: whom one of them leaves alone, the other leaves alone too.
final class SharedEjectionsE2E {

  private static final int SESSIONS = 12;
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String KEY_VALUE = "one-key-that-two-gateways-know";

  private static final String MANIFESTS =
      """
      apiVersion: v1
      kind: Secret
      metadata: { name: secrets }
      stringData: { apiKey: CREDENTIAL, token: TOKEN }
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: sick }
      spec:
        type: Anthropic
        endpoint: SICK
        outlier: { consecutiveErrors: 2, ejectFor: 15s }
        credentials: [ { name: main, secretRef: { name: secrets, key: apiKey } } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: Provider
      metadata: { name: well }
      spec:
        type: Anthropic
        endpoint: WELL
        credentials: [ { name: main, secretRef: { name: secrets, key: apiKey } } ]
      ---
      apiVersion: sluice.dev/v1alpha1
      kind: VirtualKey
      metadata: { name: shared }
      spec:
        keySecretRef: { name: secrets, key: token }
        providers: [ { name: sick }, { name: well, weight: 0 } ]
        budgets: [ { limitUsd: "50", window: Day } ]
      """;

  @TempDir private static Path folder;

  @Test
  void a_provider_that_one_gateway_leaves_alone_the_other_does_not_ask_until_it_returns()
      throws Exception {
    try (var sick = provider();
        var well = provider();
        var redis = RedisServer.start(Files.createDirectory(folder.resolve("redis")))) {
      Files.writeString(
          folder.resolve("manifests.yaml"),
          MANIFESTS
              .replace("CREDENTIAL", SimulatorConfig.API_KEY)
              .replace("TOKEN", KEY_VALUE)
              .replace("SICK", sick.uri().toString())
              .replace("WELL", well.uri().toString()));
      try (var first = gateway("first", redis);
          var second = gateway("second", redis)) {
        sick.next(Script.overloaded(), Script.overloaded());
        ask(first, "one");
        ask(first, "two");
        Awaitility.await().atMost(SOON).until(() -> explained(second).contains("is left alone"));
        long before = sick.received();
        assertThat(served(second, sick)).isZero();
        assertThat(sick.received()).isEqualTo(before).isEqualTo(2);
        // Little by little: some sessions are back while others are not.
        Awaitility.await()
            .atMost(SOON)
            .until(() -> served(second, sick), count -> count > 0 && count < SESSIONS);
        Awaitility.await().atMost(SOON).until(() -> served(second, sick) == SESSIONS);
      }
      assertThat(sick.violations()).isEmpty();
      assertThat(well.violations()).isEmpty();
    }
  }

  private static AnthropicSimulator provider() {
    var provider = AnthropicSimulator.start(SimulatorConfig.of(PriceTable.recorded()));
    provider.otherwise(_ -> Script.answer().text("Hello."));
    return provider;
  }

  private static GatewayProcess gateway(String name, RedisServer redis) {
    return GatewayProcess.start(
        folder.resolve("manifests.yaml"),
        folder.resolve(name),
        "--redis",
        redis.uri(),
        "--drain",
        "1s");
  }

  private static String explained(GatewayProcess gateway) {
    return gateway.admin("/v1/explain/default/shared/claude-opus-5-5");
  }

  /// How many of the sessions a provider serves, each asked once.
  private static long served(GatewayProcess gateway, AnthropicSimulator provider) {
    long before = provider.received();
    for (int i = 0; i < SESSIONS; i++) {
      ask(gateway, "session-" + i);
    }
    return provider.received() - before;
  }

  private static void ask(GatewayProcess gateway, String session) {
    var body =
        """
        {"model":"claude-opus-5-5","max_tokens":300,
         "messages":[{"role":"user","content":"Why?"}]}""";
    var headers =
        List.of(
            new Header("content-type", "application/json"),
            new Header("anthropic-version", "2023-06-01"),
            new Header("x-claude-code-session-id", session));
    var http =
        new HttpRequest("POST", "/v1/messages", headers, body.getBytes(StandardCharsets.UTF_8));
    var answer =
        new RecordedClient(gateway.address(), KEY_VALUE)
            .whole(new RecordedTraffic.Request("small", http));
    assertThat(answer.statusCode()).isEqualTo(200);
  }
}
