package dev.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.xds.ads.AdsServer;
import dev.sluice.xds.tls.Authority;
import dev.sluice.xds.tls.MutualTlsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real Envoy that takes its resources over TCP, from a server that wants to know who it is.
class EnvoyMutualTlsIT {

  private static final XdsResources ONE =
      Samples.resources(Samples.upstream("one", "http://127.0.0.1:1"));
  private static final XdsResources TWO =
      Samples.resources(Samples.upstream("two", "http://127.0.0.1:1"));

  @TempDir Path folder;
  private final TestTls tls = TestTls.create();
  private final AdsServer ads = new AdsServer("ours", InstantSource.system());
  private MutualTlsServer server;

  @BeforeEach
  void start() throws Exception {
    tls.write(Files.createDirectory(folder.resolve("server")), tls.server());
    ads.publish(ONE);
    server =
        MutualTlsServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            folder.resolve("server"),
            InstantSource.system(),
            List.of(ads));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private BareEnvoy envoy(String id, String group, TestTls authority, Authority.Pair own)
      throws Exception {
    var home = Files.createDirectory(folder.resolve(id));
    tls.write(home, own);
    if (!authority.equals(tls)) {
      authority.write(home, own);
      Files.writeString(home.resolve("ca.crt"), tls.authority().certificatePem());
    }
    return new BareEnvoy(
        home, Map.of("nodeId", id, "group", group, "adsPort", Integer.toString(server.port())));
  }

  @Test
  void an_envoy_with_our_certificate_is_served_and_outlives_a_renewal() throws Exception {
    try (var envoy = envoy("e-1", "ours", tls, tls.client())) {
      await().atMost(Duration.ofSeconds(20)).until(() -> envoy.knows("one"));
      var node = ads.nodes().getFirst();
      assertThat(node.id()).isEqualTo("e-1");
      var old = TestTls.certificate(Files.readString(folder.resolve("server/tls.crt")));
      assertThat(shown()).isEqualTo(old);

      var renewed = tls.server();
      tls.write(folder.resolve("server"), renewed);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> shown().equals(TestTls.certificate(renewed.certificatePem())));
      ads.publish(TWO);
      await().atMost(Duration.ofSeconds(20)).until(() -> envoy.knows("two"));
      assertThat(ads.nodes().getFirst().connectedSince()).isEqualTo(node.connectedSince());
    }
    await().until(() -> ads.nodes().isEmpty());
  }

  /// Whom the server shows to a new connection.
  private java.security.cert.X509Certificate shown() throws Exception {
    try (var socket = tls.connectAs(tls.client(), server.port())) {
      return TestTls.peer(socket);
    }
  }

  @Test
  void strangers_are_refused() throws Exception {
    var others = TestTls.create();
    try (var envoy = envoy("e-2", "ours", others, others.client())) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> envoy.stat("cluster.ads.upstream_cx_total") >= 2);
      assertThat(ads.nodes()).isEmpty();
      assertThat(envoy.stat("cluster_manager.cds.update_success")).isZero();
      assertThat(envoy.stat("cluster.ads.ssl.fail_verify_error")).as("it trusts us").isZero();
    }
    try (var socket = tls.connect(server.port(), "h2")) {
      // With TLS 1.3 a client learns only by reading that its certificate is missed.
      assertThatThrownBy(() -> readToEnd(socket)).isInstanceOf(IOException.class);
    }
  }

  private static void readToEnd(javax.net.ssl.SSLSocket socket) throws IOException {
    socket.setSoTimeout(5_000);
    while (socket.getInputStream().read() >= 0) {
      // The settings of HTTP/2 come first.
    }
  }

  @Test
  void an_envoy_of_another_installation_is_refused() throws Exception {
    try (var envoy = envoy("e-3", "theirs", tls, tls.client())) {
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> envoy.stat("cluster.ads.upstream_rq_total") >= 2);
      assertThat(ads.nodes()).isEmpty();
      assertThat(envoy.stat("cluster_manager.cds.update_success")).isZero();
    }
  }

  @Test
  void an_envoy_that_falls_silent_is_noticed_within_a_minute() throws Exception {
    try (var envoy = envoy("e-4", "ours", tls, tls.client())) {
      await().atMost(Duration.ofSeconds(20)).until(() -> !ads.nodes().isEmpty());
      envoy.signal("STOP");
      try {
        await().atMost(Duration.ofSeconds(60)).until(() -> ads.nodes().isEmpty());
      } finally {
        envoy.signal("CONT");
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> !ads.nodes().isEmpty());
    }
  }
}
