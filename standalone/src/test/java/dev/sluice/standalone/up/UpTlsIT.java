package dev.sluice.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.script.Script;
import dev.sluice.xds.tls.Authority;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The command up with `--tls-cert` and `--tls-key`.
class UpTlsIT {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final AnthropicSimulator provider = AnthropicSimulator.start(PriceTable.recorded());
  private final Authority.Pair authority = Authority.create("test", Instant.now(), RANDOM);
  @TempDir Path manifests;
  @TempDir Path state;
  @TempDir Path tls;

  @BeforeEach
  void write() throws Exception {
    Files.writeString(
        manifests.resolve("all.yaml"),
        """
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
            .formatted(SimulatorConfig.API_KEY, provider.uri()));
  }

  @AfterEach
  void close() {
    provider.close();
  }

  /// Writes a new certificate and its key.
  private Certificate renew() throws Exception {
    var pair = Authority.server(authority, List.of("localhost"), Instant.now(), RANDOM);
    Files.writeString(tls.resolve("tls.crt"), pair.certificatePem());
    Files.writeString(tls.resolve("tls.key"), pair.keyPem());
    return certificate(pair.certificatePem());
  }

  private static Certificate certificate(String pem) throws Exception {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
  }

  private SSLContext trust() throws Exception {
    var store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("ca", certificate(authority.certificatePem()));
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private Certificate shown(RunningUp up) throws Exception {
    var port = URI.create(up.listen()).getPort();
    try (var socket = (SSLSocket) trust().getSocketFactory().createSocket("localhost", port)) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  private String[] options() {
    return new String[] {
      "--tls-cert",
      tls.resolve("tls.crt").toString(),
      "--tls-key",
      tls.resolve("tls.key").toString()
    };
  }

  @Test
  void a_renewed_certificate_is_shown_without_an_end_of_streams() throws Exception {
    var first = renew();
    var client = HttpClient.newBuilder().sslContext(trust()).build();
    try (var up = RunningUp.start(manifests, state, client, options())) {
      assertThat(up.listen()).startsWith("https://");
      assertThat(shown(up)).isEqualTo(first);
      // About five seconds.
      provider.next(Script.answer().textOfTokens(500).pace(Duration.ofMillis(50)));
      var stream = up.ask(up.key("alice"), "claude-sonnet-5");
      await().until(() -> provider.inFlight() == 1);
      var second = renew();
      await().atMost(Duration.ofSeconds(20)).until(() -> shown(up).equals(second));
      var answer = stream.get();
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).contains("event: message_stop");
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);

      // A key of another certificate: the last pair stays.
      var third = Authority.server(authority, List.of("localhost"), Instant.now(), RANDOM);
      Files.writeString(tls.resolve("tls.key"), third.keyPem());
      await().atMost(Duration.ofSeconds(20)).until(() -> up.log().contains("does not fit"));
      assertThat(shown(up)).isEqualTo(second);
      assertThat(up.log()).doesNotContain(third.keyPem().lines().toList().get(1));
    }
  }

  @Test
  void a_bad_pair_at_the_start_is_one_sentence() throws Exception {
    renew();
    Files.writeString(tls.resolve("tls.key"), "x");
    var ended = RunningUp.end(manifests, state, options());
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.error()).contains("the key cannot be read (expected: PEM)");
    Files.delete(tls.resolve("tls.key"));
    ended = RunningUp.end(manifests, state, options());
    assertThat(ended.status()).isEqualTo(2);
    assertThat(ended.error()).contains("tls.key");
  }
}
