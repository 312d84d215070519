package dev.sluice.xds.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credential.EntraApplication;
import dev.sluice.core.provider.Credentials;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.cloud.Troubles;
import dev.sluice.testkit.cloud.Troubles.Trouble;
import dev.sluice.testkit.entra.EntraConfig;
import dev.sluice.testkit.entra.EntraSimulator;
import dev.sluice.testkit.vertex.VertexConfig;
import dev.sluice.testkit.vertex.VertexSimulator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Access tokens of simulated clouds, which know those that they gave out.
class AccessTokensTest {

  private static final Duration SOON = Duration.ofSeconds(20);
  private static final EntraConfig ENTRA = EntraConfig.STANDARD;

  private final AtomicInteger renewed = new AtomicInteger();
  private final AccessTokens tokens = new AccessTokens(Map.of(), renewed::incrementAndGet);

  @AfterEach
  void stop() {
    tokens.close();
  }

  private static VertexSimulator vertex(Duration lifetime) {
    var config = VertexConfig.of(PriceTable.recorded(), "our-project", "global");
    return VertexSimulator.start(config.withTokenLifetime(lifetime));
  }

  private static EntraApplication application(EntraSimulator entra) {
    var authority = URI.create("http://127.0.0.1:" + entra.tokenUri().getPort());
    return new EntraApplication(authority, ENTRA.tenant(), ENTRA.clientId());
  }

  private static Credentials only(Credential credential) {
    return new Credentials(Map.of("default/one/main", credential));
  }

  private String shown(Credential credential) {
    var shown = tokens.shown(only(credential)).values().get("default/one/main");
    return ((Credential.Value) shown).value();
  }

  @Test
  void a_key_of_google_is_changed_for_a_token_before_the_policy_is_in_force() throws Exception {
    try (var google = vertex(Duration.ofHours(1))) {
      var key = new Credential.GoogleKey(google.keyFile());
      tokens.keep(only(key));
      assertThat(shown(key)).startsWith("ya29.simulated-");
      // The same policy again asks nobody.
      tokens.keep(only(key));
      assertThat(google.tokens().issued()).isEqualTo(1);
      await().atMost(SOON).untilAsserted(() -> assertThat(renewed).hasValue(1));
    }
  }

  @Test
  void a_token_is_renewed_before_it_ends_and_told() throws Exception {
    try (var google = vertex(Duration.ofSeconds(4))) {
      var key = new Credential.GoogleKey(google.keyFile());
      tokens.keep(only(key));
      var first = shown(key);
      await().atMost(SOON).until(() -> renewed.get() >= 3);
      assertThat(shown(key)).startsWith("ya29.simulated-").isNotEqualTo(first);
    }
  }

  @Test
  void a_credential_that_is_gone_is_renewed_no_more() throws Exception {
    try (var google = vertex(Duration.ofSeconds(4))) {
      var key = new Credential.GoogleKey(google.keyFile());
      tokens.keep(only(key));
      tokens.keep(new Credentials(Map.of()));
      assertThat(shown(key)).isEqualTo("unavailable");
      assertThat(tokens).hasToString("AccessTokens[]");
    }
  }

  @Test
  void an_application_of_entra_is_known_by_its_secret() throws Exception {
    try (var entra = EntraSimulator.start(ENTRA, InstantSource.system())) {
      var application = application(entra);
      var good = new Credential.EntraSecret(application, ENTRA.clientSecret());
      var bad = new Credential.EntraSecret(application, "another");
      tokens.keep(new Credentials(Map.of("good", good, "bad", bad)));
      assertThat(entra.knows(shown(good))).isTrue();
      assertThat(shown(bad)).isEqualTo("unavailable");
    }
  }

  @Test
  void a_workload_of_entra_shows_the_token_of_its_file_as_it_is_now(@TempDir Path folder)
      throws Exception {
    var file = Files.writeString(folder.resolve("token"), ENTRA.workloadToken() + "\n");
    try (var entra = EntraSimulator.start(ENTRA, InstantSource.system())) {
      var environment = Map.of("AZURE_FEDERATED_TOKEN_FILE", file.toString());
      var identity = new Credential.EntraIdentity(application(entra));
      var source = Objects.requireNonNull(TokenSource.of(identity, environment));
      assertThat(entra.knows(value(source.fetch()))).isTrue();
      entra.trust(ENTRA.withProofs("", "another.token"));
      assertThatThrownBy(source::fetch)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("answered 401: AADSTS");
      Files.writeString(file, "another.token");
      assertThat(entra.knows(value(source.fetch()))).isTrue();
      var nowhere = Objects.requireNonNull(TokenSource.of(identity, Map.of()));
      assertThatThrownBy(nowhere::fetch)
          .hasMessage(
              "AZURE_FEDERATED_TOKEN_FILE: none (expected: the file of the workload's token)");
    }
  }

  private static String value(AccessToken token) {
    return ((Credential.Value) token.shown()).value();
  }

  @ParameterizedTest
  @CsvSource({
    "https://login.microsoftonline.com,com",
    "https://login.microsoftonline.us,us",
    "https://login.partner.microsoftonline.cn,cn"
  })
  void the_authority_decides_the_scope(String authority, String cloud) {
    assertThat(EntraTokens.scope(URI.create(authority)))
        .isEqualTo("https://cognitiveservices.azure." + cloud + "/.default");
  }

  static List<Trouble> troubles() {
    return List.of(
        new Trouble.HangUp(),
        new Trouble.Page(200, "text/html", "<html>Welcome"),
        new Trouble.Page(200, "application/json", "{}"),
        new Trouble.Page(200, "application/json", "null"),
        new Trouble.Page(200, "application/json", "{\"access_token\":\"x"),
        new Trouble.Page(429, "application/json", "{\"error\":\"slow_down\"}"),
        new Trouble.Page(503, "text/plain", ""));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void whatever_comes_instead_of_a_token_is_a_failure_that_passes(Trouble trouble)
      throws Exception {
    try (var entra = EntraSimulator.start(ENTRA, InstantSource.system());
        var google = vertex(Duration.ofHours(1))) {
      var secret = new Credential.EntraSecret(application(entra), ENTRA.clientSecret());
      var asked =
          Map.<Credential, Troubles>of(
              secret,
              entra.troubles(),
              new Credential.GoogleKey(google.keyFile()),
              google.tokenApi().troubles());
      for (var one : asked.entrySet()) {
        var source = Objects.requireNonNull(TokenSource.of(one.getKey(), Map.of()));
        one.getValue().begin(trouble);
        assertThatThrownBy(source::fetch)
            .isInstanceOf(Exception.class)
            .message()
            .doesNotContain("client_secret", ENTRA.clientSecret(), "PRIVATE");
        one.getValue().end();
        assertThat(value(source.fetch())).isNotEmpty();
      }
    }
  }

  @Test
  void what_is_no_key_shows_no_token_and_does_not_hold_up_the_policy() throws Exception {
    var key = new Credential.GoogleKey("{\"type\":\"service_account\"}");
    tokens.keep(only(key));
    assertThat(shown(key)).isEqualTo("unavailable");
  }

  @Test
  void an_api_key_is_shown_as_it_is() throws Exception {
    var key = new Credential.Value("sk-1");
    tokens.keep(only(key));
    assertThat(shown(key)).isEqualTo("sk-1");
  }

  @Test
  void a_token_is_renewed_ten_minutes_or_half_of_its_time_ahead() {
    var now = Instant.parse("2026-12-01T00:00:00Z");
    assertThat(token(now, Duration.ofHours(1)).renewIn(now)).isEqualTo(Duration.ofMinutes(50));
    assertThat(token(now, Duration.ofMinutes(6)).renewIn(now)).isEqualTo(Duration.ofMinutes(3));
    assertThat(token(now, Duration.ZERO).renewIn(now)).isEqualTo(Duration.ofSeconds(1));
    assertThat(token(now, Duration.ofHours(1)).toString()).doesNotContain("secret");
  }

  private static AccessToken token(Instant now, Duration lifetime) {
    return AccessToken.of("secret", now.plus(lifetime));
  }
}
