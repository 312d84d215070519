package dev.sluice.xds;

import static dev.sluice.xds.Answers.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import dev.sluice.xds.ads.Rejection;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Changes of the resources, and what they lead to, in a real Envoy.
@ParameterizedClass
@EnumSource(RunningEnvoy.Protocol.class)
class EnvoyChangesIT {

  @Parameter RunningEnvoy.Protocol protocol;
  private TestUpstream one;
  private TestUpstream two;
  private RunningEnvoy envoy;

  @BeforeEach
  void start() throws Exception {
    one = new TestUpstream();
    two = new TestUpstream();
    envoy = new RunningEnvoy(both(), protocol::of);
  }

  @AfterEach
  void stop() throws Exception {
    envoy.close();
    one.close();
    two.close();
  }

  private XdsResources both() {
    return Samples.resources(
        Samples.upstream("one", "http://127.0.0.1:" + one.port()),
        Samples.upstream("two", "http://127.0.0.1:" + two.port()));
  }

  @Test
  void no_change_cuts_a_stream() throws Exception {
    var event = bytes("event: ping\ndata: {}\n\n");
    var next = new Semaphore(0);
    one.answer(
        "/v1/stream",
        (_, out) -> {
          out.write(Answers.chunkedHead(Answers.SSE));
          for (var i = 0; i < 4; i++) {
            Answers.writeChunk(out, event, 0, event.length);
            next.acquire();
          }
          Answers.writeLastChunk(out);
        });
    two.answer("/v1/other", Answers.json(200, "{}"));
    try (var client = envoy.client();
        var other = envoy.client()) {
      client.post("/v1/stream");
      Http.head(client.in);
      client.read(event.length);

      var endpoint = "http://127.0.0.1:" + one.port();
      envoy.publish(Samples.resources(Samples.upstream("one", endpoint, times(7))));
      next.release();
      client.read(event.length);

      envoy.publish(Samples.resources(Samples.upstream("two", "http://127.0.0.1:" + two.port())));
      next.release();
      client.read(event.length);
      var answer = other.exchange("/v1/other", Map.of("x-claude-code-test", "default/two"));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(other.exchange("/v1/other").status()).isEqualTo(503);

      envoy.publish(both());
      next.release();
      client.read(event.length);
      next.release();
      assertThat(client.readToEnd()).isEmpty();
    }
    assertThat(envoy.output()).doesNotContain("rejected");
  }

  @Test
  void a_new_secret_takes_effect_without_a_new_cluster() throws Exception {
    one.answer("/v1/secret", Answers.json(200, "{}"));
    var resources = both();
    try (var client = envoy.client()) {
      client.exchange("/v1/secret");
      envoy.publish(renamed(resources));
      client.exchange("/v1/secret");
    }
    assertThat(one.requests.stream().map(request -> request.headers().get("x-api-key")).toList())
        .containsExactly("key-of-one", "rotated-default/one/main");
  }

  private static XdsResources renamed(XdsResources resources) {
    var secrets = new TreeMap<>(resources.secrets());
    secrets.replaceAll(
        (name, secret) -> {
          var changed = secret.toBuilder();
          changed
              .getGenericSecretBuilder()
              .getSecretBuilder()
              .setInlineString(name.replace("credential/", "rotated-"));
          return changed.build();
        });
    return new XdsResources(
        resources.policyVersion(), resources.clusters(), resources.routes(), secrets);
  }

  @Test
  void the_plan_steers_the_first_attempt_and_the_next() throws Exception {
    one.answer("/v1/plan", Answers.json(529, "{}"));
    two.answer("/v1/plan", Answers.json(200, "{}"));
    try (var client = envoy.client()) {
      envoy.gateway.plan = List.of("provider/default/two/main");
      assertThat(client.exchange("/v1/plan").status()).isEqualTo(200);
      assertThat(one.requests).isEmpty();
      assertThat(two.requests).hasSize(1);

      envoy.gateway.plan = List.of("provider/default/one/main", "provider/default/two/main");
      assertThat(client.exchange("/v1/plan").status()).as("no retries").isEqualTo(529);
      envoy.gateway.retries = 1;
      assertThat(client.exchange("/v1/plan").status()).isEqualTo(200);
    }
    assertThat(one.requests)
        .allSatisfy(r -> assertThat(r.headers()).containsEntry("x-api-key", "key-of-one"));
    assertThat(two.requests)
        .allSatisfy(r -> assertThat(r.headers()).containsEntry("x-api-key", "key-of-two"));
    assertThat(one.requests).hasSize(2);
    assertThat(two.requests).hasSize(2);
    assertThat(two.requests).allSatisfy(r -> assertThat(r.text()).isEqualTo("{\"model\":\"m\"}"));
  }

  @Test
  void a_refused_resource_is_named_and_leaves_the_last_one_in_force() throws Exception {
    one.answer("/v1/x", Answers.json(200, "{}"));
    var bad =
        Samples.resources(Path.of("/nowhere/ca.pem"), Samples.upstream("one", "https://a.example"));
    envoy.ads.publish(bad);
    await().until(() -> !envoy.ads.rejections().isEmpty());
    assertThat(envoy.ads.awaitAcknowledged(Duration.ofSeconds(1))).isFalse();
    assertThat(envoy.ads.rejections())
        .containsExactly(
            new Rejection(
                "test",
                Optional.of(new ObjectName("default", "one")),
                "provider/default/one/main: Invalid path: /nowhere/ca.pem"));
    try (var client = envoy.client()) {
      assertThat(client.exchange("/v1/x").status()).isEqualTo(200);
    }
    envoy.publish(both());
    assertThat(envoy.ads.rejections()).isEmpty();
  }

  @Test
  void a_refused_provider_hurts_no_other_and_goes_with_its_correction() throws Exception {
    one.answer("/v1/x", Answers.json(200, "{}"));
    two.answer("/v1/x", Answers.json(200, "{}"));
    var nowhere = Path.of("/nowhere/ca.pem");
    var upstreamOne = Samples.upstream("one", "http://127.0.0.1:" + one.port());
    var three = Samples.upstream("three", "http://127.0.0.1:" + two.port());
    var changed = Samples.upstream("two", "https://a.example");
    var added = Samples.upstream("new", "https://a.example");
    envoy.ads.publish(Samples.resources(nowhere, upstreamOne, three, changed, added));
    await().until(() -> status("default/three") == 200);
    // Envoy serves it a moment before it tells what it refuses.
    await().until(() -> !envoy.ads.rejections().isEmpty());
    assertThat(status("default/one")).isEqualTo(200);
    assertThat(status("default/two")).as("as it was before").isEqualTo(200);
    assertThat(status("default/new")).isEqualTo(503);
    assertThat(envoy.ads.acknowledged()).isFalse();
    assertThat(envoy.ads.rejections())
        .extracting(rejection -> rejection.provider().orElseThrow().name())
        .containsExactlyInAnyOrder("two", "new");
    assertThat(envoy.ads.nodes().getFirst().policyVersion()).isEqualTo("1");
    assertThat(envoy.stat("cluster_manager.cds.update_rejected")).isEqualTo(1);

    envoy.publish(
        Samples.resources(upstreamOne, Samples.upstream("new", "http://127.0.0.1:" + two.port())));
    assertThat(status("default/new")).isEqualTo(200);
    assertThat(status("default/two")).isEqualTo(503);
    assertThat(envoy.stat("cluster_manager.cds.update_rejected")).isEqualTo(1);
    assertThat(envoy.admin("/clusters")).doesNotContain("default/two", "default/three");
    assertThat(envoy.ads.nodes().getFirst().rejection()).isEmpty();
  }

  private int status(String provider) throws Exception {
    try (var client = envoy.client()) {
      return client.exchange("/v1/x", Map.of("x-claude-code-test", provider)).status();
    }
  }

  @Test
  void a_provider_that_comes_back_has_its_credential() throws Exception {
    one.answer("/v1/x", Answers.json(200, "{}"));
    for (var i = 0; i < 5; i++) {
      envoy.publish(Samples.resources(Samples.upstream("two", "http://127.0.0.1:" + two.port())));
      envoy.publish(both());
      try (var client = envoy.client()) {
        assertThat(client.exchange("/v1/x").status()).isEqualTo(200);
      }
    }
    assertThat(one.requests)
        .hasSize(5)
        .allSatisfy(r -> assertThat(r.headers()).containsEntry("x-api-key", "key-of-one"));
  }

  @Test
  void no_secret_is_in_the_config_dump() throws Exception {
    var dump = envoy.admin("/config_dump?include_eds");
    assertThat(dump)
        .contains("credential/default/one/main", "provider/default/two/main", base64("[redacted]"))
        .doesNotContain("key-of-", base64("key-of-one"));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(bytes(text));
  }

  @Test
  void a_gateway_that_is_gone_is_503_and_its_return_is_noticed() throws Exception {
    one.answer("/v1/x", Answers.json(200, "{}"));
    envoy.stopServices();
    try (var client = envoy.client()) {
      EnvoyErrorsIT.assertError(
          client.exchange("/v1/x"), 503, "api_error", "the gateway cannot check this request now");
    }
    assertThat(envoy.ads.acknowledged()).isFalse();
  }

  @Test
  void a_providers_certificate_is_checked(@TempDir Path folder) throws Exception {
    var store = folder.resolve("store.p12");
    keytool(
        folder,
        "-genkeypair",
        "-alias",
        "a",
        "-keyalg",
        "EC",
        "-dname",
        "CN=localhost",
        "-ext",
        "SAN=dns:localhost",
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit");
    var bundle = folder.resolve("ca.pem");
    keytool(
        folder,
        "-exportcert",
        "-rfc",
        "-alias",
        "a",
        "-file",
        bundle.toString(),
        "-keystore",
        store.toString(),
        "-storepass",
        "changeit");
    try (var tls = new TestUpstream(tlsSocket(store))) {
      tls.answer("/v1/tls", Answers.json(200, "{}"));
      var trusted = Samples.upstream("one", "https://localhost:" + tls.port());
      var otherName = Samples.upstream("two", "https://127.0.0.1:" + tls.port());
      envoy.publish(Samples.resources(bundle, trusted, otherName));
      try (var client = envoy.client()) {
        assertThat(client.exchange("/v1/tls").status()).isEqualTo(200);
        var answer = client.exchange("/v1/tls", Map.of("x-claude-code-test", "default/two"));
        assertThat(answer.status()).isEqualTo(503);
      }
      assertThat(tls.requests.element().headers())
          .containsEntry("host", "localhost:" + tls.port())
          .containsEntry("x-api-key", "key-of-one");
    }
  }

  private static SSLServerSocket tlsSocket(Path store) throws Exception {
    var keys = KeyStore.getInstance(store.toFile(), "changeit".toCharArray());
    var managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, "changeit".toCharArray());
    var context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return (SSLServerSocket)
        context
            .getServerSocketFactory()
            .createServerSocket(0, 10, InetAddress.getLoopbackAddress());
  }

  private static void keytool(Path folder, String... arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    var log = folder.resolve("keytool.log");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).as(Files.readString(log)).isZero();
  }

  private static Upstream.Timeouts times(int seconds) {
    var time = Duration.ofSeconds(seconds);
    return new Upstream.Timeouts(time, time, time);
  }
}
