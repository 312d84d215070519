package dev.sluice.e2e.cluster;

import static dev.sluice.e2e.cluster.Installation.soon;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.parts.GatewayProcess;
import dev.sluice.standalone.socket.UnixSocket;
import dev.sluice.testkit.anthropic.AnthropicSimulator;
import dev.sluice.testkit.anthropic.SimulatorConfig;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.kubernetes.Cluster;
import dev.sluice.testkit.script.Script;
import dev.sluice.xds.tls.Authority;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS for clients by the sample for cert-manager: from a Secret, through the operator, to a real
/// Envoy, renewed under a stream.
final class ListenerTlsE2E {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String SECRET = "sluice-listener";
  private static final String MANIFESTS =
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
      spec: { providers: [ { name: anthropic } ], budgets: [ { limitUsd: "50", window: Day } ] }
      """;

  @TempDir Path state;

  private final AnthropicSimulator provider = AnthropicSimulator.start(PriceTable.recorded());
  private final Authority.Pair authority = Authority.create("company", Instant.now(), RANDOM);
  private Installation installation;
  private String namespace;
  private GatewayProcess gateway;

  @BeforeEach
  void start() throws IOException {
    installation = Installation.prepare(Cluster.shared());
    namespace = Cluster.shared().newNamespace("tls");
    installation.startOperator(namespace, List.of(namespace), "--listener-tls-secret", SECRET);
    installation
        .kubectlReading(
            MANIFESTS.formatted(SimulatorConfig.API_KEY, provider.uri()),
            "apply",
            "--namespace=" + namespace,
            "-f",
            "-")
        .orThrow();
    in("apply", "-f", Path.of("..", "samples", "cert-manager").toString());
  }

  @AfterEach
  void stop() {
    if (gateway != null) {
      gateway.close();
    } else {
      ProcessHandle.current()
          .children()
          .filter(child -> child.info().commandLine().orElse("").contains(state.toString()))
          .forEach(ProcessHandle::destroy);
    }
    installation.close();
    provider.close();
  }

  private String in(String... words) {
    var all = new ArrayList<>(List.of(words));
    all.add("--namespace=" + namespace);
    return installation.kubectl(all.toArray(String[]::new));
  }

  /// What cert-manager makes of the sample.
  private Authority.Pair issue() throws Exception {
    assertThat(in("get", "certificate", SECRET, "-o", "jsonpath={.spec.secretName}"))
        .isEqualTo(SECRET);
    var host = in("get", "certificate", SECRET, "-o", "jsonpath={.spec.dnsNames[0]}");
    // And the name by which this test connects.
    return Authority.server(authority, List.of(host, "localhost"), Instant.now(), RANDOM);
  }

  private void store(String certificatePem, String keyPem) {
    var secret =
        new SecretBuilder()
            .withNewMetadata()
            .withName(SECRET)
            .withNamespace(namespace)
            .endMetadata()
            .withType("kubernetes.io/tls")
            .withData(Map.of("tls.crt", base64(certificatePem), "tls.key", base64(keyPem)))
            .build();
    installation.client.resource(secret).serverSideApply();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
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

  private Certificate shown() throws Exception {
    var port = gateway.address().getPort();
    try (var socket = (SSLSocket) trust().getSocketFactory().createSocket("localhost", port)) {
      socket.startHandshake();
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  private void awaitShown(Authority.Pair pair) {
    soon("the new leaf")
        .untilAsserted(() -> assertThat(shown()).isEqualTo(certificate(pair.certificatePem())));
  }

  private void awaitEvent(String type, String words) {
    var path = "jsonpath={range .items[*]}{.type} {.message}{\"\\n\"}{end}";
    var about = "--field-selector=involvedObject.kind=Secret,involvedObject.name=" + SECRET;
    soon(words)
        .untilAsserted(
            () ->
                assertThat(in("get", "events", about, "-o", path).lines())
                    .anyMatch(line -> line.startsWith(type) && line.contains(words)));
  }

  private CompletableFuture<HttpResponse<String>> ask() throws Exception {
    var token =
        new String(
            Base64.getDecoder()
                .decode(in("get", "secret", "alice-key", "-o", "jsonpath={.data.token}")),
            StandardCharsets.US_ASCII);
    var body =
        "{\"model\":\"claude-sonnet-5\",\"max_tokens\":1000,\"stream\":true,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
    var address = URI.create("https://localhost:" + gateway.address().getPort() + "/v1/messages");
    var request =
        HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(60))
            .header("content-type", "application/json")
            .header("anthropic-version", "2023-06-01")
            .header("x-api-key", token)
            .POST(BodyPublishers.ofString(body))
            .build();
    return HttpClient.newBuilder()
        .sslContext(trust())
        .build()
        .sendAsync(request, BodyHandlers.ofString());
  }

  @Test
  void a_renewed_secret_is_shown_without_an_end_of_streams_and_a_bad_one_changes_nothing()
      throws Exception {
    // Envoy waits for its certificate, and says so by not being ready.
    awaitEvent("Warning", "there is no such Secret (expected: one with tls.crt and tls.key)");
    // A thread of its own: the client of Kubernetes needs those of the pool.
    var starting =
        CompletableFuture.supplyAsync(
            () -> installation.gateway(state, "--listen-tls"), task -> new Thread(task).start());
    var first = issue();
    store(first.certificatePem(), first.keyPem());
    gateway = starting.get(90, TimeUnit.SECONDS);
    assertThat(gateway.address().getScheme()).isEqualTo("https");
    assertThat(shown()).isEqualTo(certificate(first.certificatePem()));
    awaitEvent("Normal", "clients see [claude.example.com, localhost], until ");
    soon("ready")
        .untilAsserted(
            () -> assertThat(in("get", "vk", "alice", "--no-headers")).startsWith("alice   True"));

    var over = new CountDownLatch(1);
    provider.next(Script.answer().textOfTokens(900).stallAfter(10, over));
    var stream = ask();
    soon("a stream").until(() -> provider.inFlight() == 1);
    var second = issue();
    store(second.certificatePem(), second.keyPem());
    awaitShown(second);
    assertThat(stream.isDone()).isFalse();
    over.countDown();
    assertThat(stream.get().statusCode()).isEqualTo(200);
    assertThat(stream.get().body()).contains("event: message_stop");

    var third = issue();
    store(second.certificatePem(), third.keyPem());
    awaitEvent("Warning", "the key does not fit the certificate");
    assertThat(shown()).isEqualTo(certificate(second.certificatePem()));
    assertNoKeyIsTold(first, second, third);

    // Another operator, which has never seen a good one: Envoy keeps what it has.
    installation.stopOperator();
    in("delete", "secret", SECRET);
    installation.startOperator(namespace, List.of(namespace), "--listener-tls-secret", SECRET);
    in("patch", "vk", "alice", "--type=merge", "-p", "{\"spec\":{\"suspended\":true}}");
    soon("Envoy is connected again")
        .untilAsserted(
            () ->
                assertThat(in("get", "vk", "alice", "--no-headers", "-o", "wide"))
                    .contains("Suspended"));
    assertThat(shown()).isEqualTo(certificate(second.certificatePem()));
  }

  private void assertNoKeyIsTold(Authority.Pair... pairs) throws IOException {
    var told =
        UnixSocket.ask(
                state.resolve("run").resolve("envoy-admin.sock"),
                "GET /config_dump HTTP/1.1\r\nHost: admin\r\nConnection: close\r\n\r\n",
                Duration.ofSeconds(10))
            + gateway.log()
            + in("get", "events", "-o", "yaml");
    assertThat(told).contains("\"name\": \"listener\"");
    for (var pair : pairs) {
      var line = pair.keyPem().lines().toList().get(1);
      assertThat(told).doesNotContain(line, base64(pair.keyPem()).substring(0, 80));
    }
  }
}
