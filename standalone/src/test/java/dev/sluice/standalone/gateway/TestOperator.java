package dev.sluice.standalone.gateway;

import dev.sluice.compiler.Compiler;
import dev.sluice.compiler.LastGood;
import dev.sluice.compiler.MadeKeys;
import dev.sluice.compiler.catalogue.Catalogue;
import dev.sluice.compiler.manifest.ManifestFile;
import dev.sluice.compiler.manifest.Manifests;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.feed.GatewayReport;
import dev.sluice.feed.PolicyPublisher;
import dev.sluice.feed.PolicyPublisher.Published;
import dev.sluice.ledger.redis.RedisConfig;
import dev.sluice.standalone.state.StateFolder;
import dev.sluice.xds.TrustStore;
import dev.sluice.xds.ads.AdsServer;
import dev.sluice.xds.ads.Rollout;
import dev.sluice.xds.tls.Authority;
import dev.sluice.xds.tls.MutualTlsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// What an operator does with manifests, without a Kubernetes: it compiles them, hands Envoy its
/// part over TCP with mutual TLS, and publishes the policy.
final class TestOperator implements AutoCloseable {

  static final String ALICE = "sk-slc-of-alice-and-of-nobody-else";
  private static final InstantSource CLOCK = InstantSource.system();

  private final AdsServer ads = new AdsServer("sluice", CLOCK);
  private final Rollout rollout = new Rollout(ads, TrustStore.system());
  private final MutualTlsServer server;
  private final PolicyPublisher publisher;
  private long generation;

  private TestOperator(RedisConfig redis, int port, Path tls) throws Exception {
    var address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port);
    server = MutualTlsServer.start(address, tls, CLOCK, List.of(ads));
    publisher = PolicyPublisher.open(redis, "operator-0");
  }

  /// On a port that stays, so that it can be away and come back.
  static TestOperator start(RedisConfig redis, int port, Path folder) throws Exception {
    return new TestOperator(redis, port, folder.resolve("operator"));
  }

  /// Certificates of one authority for an operator and for its gateways.
  static void certify(Path folder) throws Exception {
    var random = new SecureRandom();
    var now = CLOCK.instant();
    var authority = Authority.create("test", now, random);
    write(
        folder.resolve("operator"),
        authority,
        Authority.server(authority, List.of("localhost"), now, random));
    write(folder.resolve("gateway"), authority, Authority.client(authority, "g", now, random));
  }

  static void write(Path folder, Authority.Pair authority, Authority.Pair pair) throws Exception {
    Files.createDirectories(folder);
    StateFolder.writePrivate(folder.resolve("ca.crt"), authority.certificatePem());
    StateFolder.writePrivate(folder.resolve("tls.crt"), pair.certificatePem());
    StateFolder.writePrivate(folder.resolve("tls.key"), pair.keyPem());
  }

  static int freePort() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  Snapshot publish(String manifests) throws Exception {
    var world = Manifests.read(List.of(new ManifestFile("world.yaml", manifests)));
    var made = Map.of(new ObjectName("default", "alice"), ALICE);
    var compilation =
        new Compiler(Catalogue.anthropic()).compile(world, LastGood.NONE, MadeKeys.of(made));
    if (!compilation.problems().isEmpty()) {
      throw new IllegalArgumentException(compilation.problems().toString());
    }
    var snapshot = compilation.snapshot();
    rollout.publish(snapshot, compilation.credentials(), () -> switchTo(snapshot));
    return snapshot;
  }

  private void switchTo(Snapshot snapshot) {
    var there = publisher.standing();
    var after = there.map(PolicyPublisher.Standing::generation).orElse(generation);
    if (!(publisher.publish(snapshot, List.of(), after)
        instanceof Published.Switched(var switched))) {
      throw new IllegalStateException("somebody else publishes");
    }
    generation = switched;
  }

  List<GatewayReport> gateways() {
    return publisher.gateways();
  }

  boolean connected() {
    return ads.connected();
  }

  @Override
  public void close() {
    publisher.close();
    rollout.close();
    server.close();
  }
}
