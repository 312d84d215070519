package dev.sluice.standalone.warm;

import dev.sluice.compiler.Compilation;
import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.LastGood;
import dev.sluice.compiler.MadeKeys;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.core.policy.SnapshotStore;
import dev.sluice.core.usage.UsageSink;
import dev.sluice.extproc.Gateway;
import dev.sluice.extproc.GatewayConfig;
import dev.sluice.extproc.count.TokenCounter;
import dev.sluice.extproc.envoy.WarmUpTraffic;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.MemoryLedger;
import dev.sluice.ledger.redis.RedisBooks;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.socket.EventLoops;
import dev.sluice.standalone.socket.GrpcServer;
import dev.sluice.xds.TrustStore;
import dev.sluice.xds.XdsResources;
import dev.sluice.xds.ads.AdsServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends made-up requests through a second gateway, over a real socket, until they get no faster.
///
/// It shares code and threads with the gateway that serves, and nothing else: its policy, ledger,
/// meters and usage records are its own, and thrown away.
public final class WarmUp {

  private static final Logger LOG = LoggerFactory.getLogger(WarmUp.class);
  private static final int BATCH = 20;

  /// One of so many requests sends its body.
  private static final int BODY_EVERY = 4;

  private static final int BATCHES_LEAST = 10;

  /// Batches in a row that are no faster than the best before.
  private static final int SETTLED_AFTER = 4;

  private static final double FASTER = 0.9;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /// What takes longer is not worth to be waited for: the gateway serves all the same, if slower.
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private static final String KEY = "a-key-for-the-warm-up";

  private WarmUp() {}

  /// The warm-up, and what else a start does without other programs, so that the launcher can
  /// record what the JVM learns from it.
  public static int train() throws IOException {
    configure();
    knock();
    var folder = Files.createTempDirectory("sluice-train-");
    var socket = folder.resolve("warm-up.sock");
    try (var loops = EventLoops.start(2)) {
      run(loops, socket);
    } finally {
      Files.deleteIfExists(socket);
      Files.delete(folder);
    }
    return 0;
  }

  /// Makes Envoy's configuration.
  private static void configure() throws IOException {
    var compilation = compilation();
    var trust = new TrustStore(Path.of("not-read"));
    var ads = new AdsServer();
    ads.publish(XdsResources.of(compilation.snapshot(), compilation.credentials(), trust));
  }

  /// Looks for a Redis where none is.
  private static void knock() {
    try (var books = RedisBooks.connect(RedisConfig.of("redis://127.0.0.1:1"))) {
      LOG.debug("{} is there, of all places", books.told());
    } catch (LedgerUnavailableException e) {
      LOG.debug("as expected: {}", e.getMessage());
    }
  }

  /// Returns once the way of a request gets no faster, or takes too long.
  public static void run(EventLoops loops, Path socket) throws IOException {
    var store = new SnapshotStore();
    store.put(compilation().snapshot());
    try (var ledger = new MemoryLedger(InstantSource.system());
        var gateway =
            Gateway.create(
                store,
                new Gateway.Outside(ledger, UsageSink.NONE, TokenCounter.NONE),
                InstantSource.system(),
                GatewayConfig.DEFAULT,
                new PrometheusRegistry());
        var _ = GrpcServer.start(socket, loops, gateway.services());
        var connection = loops.connect(socket)) {
      var begun = System.nanoTime();
      var batches = warmed(new WarmUpTraffic(connection.channel(), KEY, ANSWER_MAX));
      batches.ifPresent(
          count ->
              LOG.atInfo()
                  .addKeyValue("requests", count * BATCH)
                  .addKeyValue("millis", (System.nanoTime() - begun) / 1_000_000)
                  .log("warm"));
    }
  }

  /// Returns the number of batches that it took; empty where it was given up.
  static OptionalInt warmed(WarmUpTraffic traffic) {
    try {
      return OptionalInt.of(run(traffic));
    } catch (TimeoutException e) {
      LOG.atWarn()
          .addKeyValue("why", e.getMessage())
          .log("the warm-up is given up: the first requests take longer");
      return OptionalInt.empty();
    }
  }

  private static int run(WarmUpTraffic traffic) throws TimeoutException {
    var body = SampleRequest.body();
    var deadline = System.nanoTime() + PATIENCE.toNanos();
    var best = Long.MAX_VALUE;
    var notFaster = 0;
    var batches = 0;
    while (System.nanoTime() < deadline && (notFaster < SETTLED_AFTER || batches < BATCHES_LEAST)) {
      var took = batch(traffic, body, batches++);
      notFaster = took < best * FASTER ? 0 : notFaster + 1;
      best = Math.min(best, took);
    }
    return batches;
  }

  private static long batch(WarmUpTraffic traffic, byte[] body, int number)
      throws TimeoutException {
    var begun = System.nanoTime();
    for (var i = 0; i < BATCH; i++) {
      var requestId = WarmUpFilter.REQUEST_ID_PREFIX + number + "-" + i;
      if (i % BODY_EVERY == 0) {
        traffic.exchangeWithBody(requestId, body);
      } else {
        traffic.exchange(requestId, body);
      }
    }
    return System.nanoTime() - begun;
  }

  private static Compilation compilation() throws IOException {
    try (var text = WarmUp.class.getResourceAsStream("policy.yaml")) {
      if (text == null) {
        throw new IllegalStateException("BUG: the policy of the warm-up is missing");
      }
      var file =
          new ManifestFile("warm-up", new String(text.readAllBytes(), StandardCharsets.UTF_8));
      var compilation =
          new Compiler(Catalogue.anthropic())
              .compile(Manifests.read(List.of(file)), LastGood.NONE, MadeKeys.of(Map.of()));
      if (!compilation.problems().isEmpty()) {
        throw new IllegalStateException("BUG: " + compilation.problems());
      }
      return compilation;
    }
  }
}
