package dev.sluice.prove;

import dev.sluice.demo.parts.BudgetLine;
import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.demo.parts.RecordedClient;
import dev.sluice.demo.parts.UsageLine;
import dev.sluice.prove.crowd.Lane;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.script.Script;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// A simulated provider in this process, a Redis, and two gateways that know the same key.
record ProofWorld(
    AnthropicSimulator provider, RedisServer redis, GatewayProcess first, GatewayProcess second)
    implements AutoCloseable {

  static final PriceTable PRICES = PriceTable.recorded();

  private static final String KEY = "proof";
  private static final String KEY_VALUE = "one-key-that-two-gateways-know";
  private static final Duration QUIET_WITHIN = Duration.ofSeconds(20);
  private static final Duration LOOKED_EVERY = Duration.ofMillis(20);

  static ProofWorld start(Path folder, Plan plan) {
    var provider = AnthropicSimulator.start(SimulatorConfig.of(PRICES));
    var counter = new AtomicInteger();
    provider.otherwise(_ -> answer(counter.getAndIncrement()));
    try {
      var manifests = folder.resolve("manifests.yaml");
      Files.createDirectories(folder.resolve("redis"));
      Files.writeString(
          manifests,
          manifests()
              .replace("endpoint: PROVIDER", "endpoint: " + provider.uri())
              .replace("apiKey: CREDENTIAL", "apiKey: " + SimulatorConfig.API_KEY)
              .replace("token: TOKEN", "token: " + KEY_VALUE)
              .replace("LIMIT", plan.limit().toPlainString()));
      var redis = RedisServer.start(folder.resolve("redis"));
      return new ProofWorld(
          provider,
          redis,
          gateway(manifests, folder.resolve("first"), redis),
          gateway(manifests, folder.resolve("second"), redis));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static GatewayProcess gateway(Path manifests, Path state, RedisServer redis) {
    return GatewayProcess.start(manifests, state, "--redis", redis.uri(), "--drain", "1s");
  }

  private static String manifests() throws IOException {
    try (InputStream resource = ProofWorld.class.getResourceAsStream("manifests.yaml")) {
      var bytes = Objects.requireNonNull(resource, "manifests.yaml").readAllBytes();
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  /// Some think before they speak; all speak about as fast as models do, sped up twice: faster, two
  /// cores stall for longer than a provider needs to notice who has left.
  private static Script answer(int number) {
    var thought = number % 2 == 0 ? Script.answer().thinkingOfTokens(40) : Script.answer();
    return thought.textOfTokens(300 + number % 7 * 100).pace(Duration.ofMillis(20));
  }

  Lane lane(GatewayProcess gateway) {
    return new Lane(new RecordedClient(gateway.address(), KEY_VALUE));
  }

  /// The key's budget, as the gateway that lives on tells it; empty where it cannot read it in
  /// time.
  Optional<BudgetLine> budget() {
    return second.budgetsIfRead(KEY).map(budgets -> BudgetLine.of(budgets.get(0)));
  }

  /// The usage records of both gateways.
  List<UsageLine> usage() {
    return java.util.stream.Stream.of(first, second)
        .flatMap(gateway -> gateway.settledUsage().stream())
        .map(UsageLine::of)
        .toList();
  }

  /// Returns once the provider and the gateway that lives on have nothing to do.
  void awaitQuiet() throws InterruptedException {
    var deadline = System.nanoTime() + QUIET_WITHIN.toNanos();
    while (!provider.awaitIdle(LOOKED_EVERY) || second.metric("sluice_exchanges_in_flight") > 0) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("an exchange did not end within " + QUIET_WITHIN);
      }
      Thread.sleep(LOOKED_EVERY);
    }
  }

  @Override
  public void close() {
    try (provider;
        redis;
        first;
        second) {
      // In the opposite order, whatever fails.
    }
  }
}
