package dev.sluice.xds;

import static dev.sluice.xds.Answers.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.xds.tls.ListenerCertificate;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A real Envoy whose listener has TLS.
class EnvoyTlsIT {

  private final TestTls tls = TestTls.create();
  private ListenerCertificate first;
  private TestUpstream one;
  private RunningEnvoy envoy;

  @BeforeEach
  void start() throws Exception {
    first = tls.listener();
    one = new TestUpstream();
    envoy = new RunningEnvoy(resources().with(first), Bootstrap.Listener.TLS);
  }

  @AfterEach
  void stop() throws Exception {
    envoy.close();
    one.close();
  }

  private XdsResources resources() {
    return Samples.resources(Samples.upstream("one", "http://127.0.0.1:" + one.port()));
  }

  @Test
  void the_certificate_is_rotated_under_a_stream() throws Exception {
    var event = bytes("event: ping\ndata: {}\n\n");
    var next = new Semaphore(0);
    one.answer(
        "/v1/stream",
        (_, out) -> {
          out.write(Answers.chunkedHead(Answers.SSE));
          for (var i = 0; i < 3; i++) {
            Answers.writeChunk(out, event, 0, event.length);
            next.acquire();
          }
          Answers.writeLastChunk(out);
        });
    one.answer("/v1/x", Answers.json(200, "{}"));
    var second = tls.listener();
    var socket = tls.connect(envoy.port, "http/1.1");
    assertThat(TestTls.peer(socket)).isEqualTo(TestTls.certificate(first.chainPem()));
    try (var client = new TestClient(socket)) {
      client.post("/v1/stream");
      Http.head(client.in);
      client.read(event.length);

      envoy.publish(resources().with(second));
      next.release();
      client.read(event.length);
      var later = tls.connect(envoy.port, "http/1.1");
      assertThat(TestTls.peer(later)).isEqualTo(TestTls.certificate(second.chainPem()));
      try (var other = new TestClient(later)) {
        assertThat(other.exchange("/v1/x").status()).isEqualTo(200);
      }
      next.release(2);
      client.read(event.length);
      assertThat(client.readToEnd()).isEmpty();
    }
    assertThat(envoy.stat("http.sluice.downstream_cx_drain_close")).isZero();
  }

  @Test
  void clients_choose_their_version_of_http_and_tls() throws Exception {
    try (var socket = tls.connect(envoy.port, "h2", "http/1.1")) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
      assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
    }
    try (var socket = tls.connect(envoy.port, "http/1.1")) {
      assertThat(socket.getApplicationProtocol()).isEqualTo("http/1.1");
    }
    try (var plain = new TestClient(new Socket("127.0.0.1", envoy.port))) {
      assertThat(answers(plain)).isFalse();
    }
  }

  private static boolean answers(TestClient client) {
    try {
      return client.exchange("/v1/x") != null;
    } catch (IOException e) {
      return false; // the connection is cut
    }
  }

  @Test
  void a_refused_pair_is_told_without_the_key_and_the_last_one_stays() throws Exception {
    var other = tls.listener();
    var bad = new ListenerCertificate(first.chainPem(), other.keyPem());
    envoy.ads.publish(resources().with(bad));
    await().until(() -> !envoy.ads.rejections().isEmpty());
    assertThat(envoy.ads.awaitAcknowledged(Duration.ofSeconds(1))).isFalse();
    var words = envoy.ads.rejections().toString();
    assertThat(envoy.ads.rejections())
        .singleElement()
        .satisfies(
            rejection -> {
              assertThat(rejection.provider()).isEmpty();
              assertThat(rejection.sentence()).startsWith("listener: ");
            });
    assertThat(words).doesNotContain("BEGIN").doesNotContain(body(other.keyPem()));
    try (var socket = tls.connect(envoy.port, "http/1.1")) {
      assertThat(TestTls.peer(socket)).isEqualTo(TestTls.certificate(first.chainPem()));
    }
    envoy.publish(resources().with(other));
    assertThat(envoy.ads.rejections()).isEmpty();
  }

  @Test
  void no_key_is_in_the_config_dump() throws Exception {
    var dump = envoy.admin("/config_dump?include_eds") + envoy.admin("/certs");
    var encoded = Base64.getEncoder().encodeToString(bytes(first.keyPem()));
    assertThat(dump)
        .contains("\"listener\"", "\"certificate_chain\"")
        .doesNotContain("PRIVATE KEY", body(first.keyPem()), encoded.substring(0, 100));
    assertThat(resources().with(first).toString()).doesNotContain(body(first.keyPem()));
    assertThat(first.toString()).doesNotContain(body(first.keyPem()));
  }

  /// A line of the key itself.
  private static String body(String keyPem) {
    return keyPem.lines().toList().get(1);
  }
}
