package dev.sluice.standalone.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.xds.ads.ToolSecretsServer;
import dev.sluice.xds.tls.Authority;
import dev.sluice.xds.tls.MutualTlsClient;
import dev.sluice.xds.tls.MutualTlsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Secrets on their way from an operator to a gateway, over a connection that knows both sides.
class ToolSecretsWatchIT {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Duration WITHIN = Duration.ofSeconds(20);
  private static final ToolSecrets ONE = new ToolSecrets(Map.of("default/github/token", "one"));
  private static final ToolSecrets TWO = new ToolSecrets(Map.of("default/github/token", "two"));

  @TempDir Path folder;
  private final Authority.Pair authority = Authority.create("test", Instant.now(), RANDOM);
  private final ToolSecretsServer secrets = new ToolSecretsServer("ours");
  private final List<ToolSecrets> taken = new CopyOnWriteArrayList<>();
  private MutualTlsServer server;

  @BeforeEach
  void start() throws Exception {
    write("server", authority, Authority.server(authority, names(), Instant.now(), RANDOM));
    write("gateway", authority, Authority.client(authority, "gateway", Instant.now(), RANDOM));
    server = serve(0, secrets);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static List<String> names() {
    return List.of("localhost");
  }

  private void write(String name, Authority.Pair trusted, Authority.Pair own) throws Exception {
    var home = Files.createDirectories(folder.resolve(name));
    Files.writeString(home.resolve("ca.crt"), trusted.certificatePem());
    Files.writeString(home.resolve("tls.crt"), own.certificatePem());
    Files.writeString(home.resolve("tls.key"), own.keyPem());
  }

  private MutualTlsServer serve(int port, ToolSecretsServer service) throws Exception {
    return MutualTlsServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        folder.resolve("server"),
        InstantSource.system(),
        List.of(service));
  }

  private ToolSecretsWatch watch(String home, String installation) throws Exception {
    var operator =
        MutualTlsClient.to(
            "localhost", server.port(), folder.resolve(home), InstantSource.system());
    return ToolSecretsWatch.start(operator, installation, "gateway-1", taken::add);
  }

  @Test
  void a_gateway_has_the_secrets_of_now_and_of_each_change() throws Exception {
    secrets.publish(ONE);
    try (var _ = watch("gateway", "ours")) {
      await().atMost(WITHIN).untilAsserted(() -> assertThat(taken).containsExactly(ONE));
      secrets.publish(ONE);
      secrets.publish(TWO);
      await().atMost(WITHIN).untilAsserted(() -> assertThat(taken).containsExactly(ONE, TWO));
    }
  }

  @Test
  void a_gateway_that_comes_before_the_first_policy_is_told_nothing_until_then() throws Exception {
    try (var _ = watch("gateway", "ours")) {
      secrets.publish(ToolSecrets.NONE);
      await().atMost(WITHIN).untilAsserted(() -> assertThat(taken).containsOnly(ToolSecrets.NONE));
    }
  }

  @Test
  void a_gateway_keeps_what_it_has_while_the_operator_is_away_and_comes_back() throws Exception {
    secrets.publish(ONE);
    try (var _ = watch("gateway", "ours")) {
      await().atMost(WITHIN).untilAsserted(() -> assertThat(taken).containsExactly(ONE));
      int port = server.port();
      server.close();
      var next = new ToolSecretsServer("ours");
      next.publish(TWO);
      server = serve(port, next);
      await().atMost(WITHIN).untilAsserted(() -> assertThat(taken).containsExactly(ONE, TWO));
    }
  }

  @Test
  void a_gateway_of_another_installation_gets_none() throws Exception {
    secrets.publish(ONE);
    try (var _ = watch("gateway", "theirs");
        var _ = watch("gateway", "ours")) {
      await().atMost(WITHIN).untilAsserted(() -> assertThat(taken).containsExactly(ONE));
    }
  }

  @Test
  void a_client_of_another_authority_gets_none() throws Exception {
    secrets.publish(ONE);
    var other = Authority.create("other", Instant.now(), RANDOM);
    write("stranger", authority, Authority.client(other, "gateway", Instant.now(), RANDOM));
    try (var _ = watch("stranger", "ours");
        var _ = watch("gateway", "ours")) {
      await().atMost(WITHIN).untilAsserted(() -> assertThat(taken).containsExactly(ONE));
    }
  }

  @Test
  void a_server_that_only_pretends_is_not_believed() throws Exception {
    var other = Authority.create("other", Instant.now(), RANDOM);
    write("server", authority, Authority.server(other, names(), Instant.now(), RANDOM));
    server.close();
    var pretender = new ToolSecretsServer("ours");
    pretender.publish(TWO);
    server = serve(0, pretender);
    try (var _ = watch("gateway", "ours")) {
      await()
          .during(Duration.ofSeconds(1))
          .atMost(WITHIN)
          .untilAsserted(() -> assertThat(taken).isEmpty());
    }
  }

  @Test
  void nothing_prints_a_value() {
    assertThat(ONE).hasToString("ToolSecrets[default/github/token]");
  }
}
