package dev.sluice.mcp.upstream;

import static dev.sluice.mcp.upstream.Opened.echo;
import static dev.sluice.mcp.upstream.Opened.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.http.Http;
import dev.sluice.mcp.upstream.http.Tls;
import dev.sluice.mcp.upstream.oauth.AccessTokens;
import dev.sluice.mcp.upstream.oauth.OauthClient;
import dev.sluice.testkit.mcp.McpScript;
import dev.sluice.testkit.mcp.ModernMcpSimulator;
import dev.sluice.testkit.mcp.OauthSimulator;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class AccessTokensIT {

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-30T00:00:00Z"));
  private final InstantSource clock = now::get;

  private AccessTokens tokens(
      OauthClient.Authority authority, OauthClient.Secret way, URI resource, String secret) {
    var client =
        new OauthClient(
            authority, OauthSimulator.CLIENT, () -> secret, way, Optional.of("mcp"), resource);
    return new AccessTokens(client, new Http(Opened.guard(), Tls.standard()), clock);
  }

  @Test
  void calls_a_server_with_a_token_for_it_and_renews_it_ahead_of_its_end() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var oauth = OauthSimulator.start(server.url(), Duration.ofMinutes(10), clock)) {
      server.requireToken(oauth::knows);
      var endpoint = new OauthClient.TokenEndpoint(oauth.tokenUrl());
      var tokens = tokens(endpoint, OauthClient.Secret.HEADER, server.url(), OauthSimulator.SECRET);
      try (var opened = Opened.http(server.url(), Opened.LIMITS, tokens)) {
        assertThat(opened.text(echo("one"))).isEqualTo("one");
        assertThat(oauth.issued()).isEqualTo(1);
        now.updateAndGet(t -> t.plus(Duration.ofMinutes(9).plusSeconds(30)));
        assertThat(opened.text(echo("two"))).isEqualTo("two");
        await().until(() -> oauth.issued() == 2);
        now.updateAndGet(t -> t.plus(Duration.ofHours(1)));
        assertThat(opened.text(echo("three"))).isEqualTo("three");
      }
    }
  }

  @Test
  void asks_for_a_new_token_when_a_server_does_not_take_the_old_one() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var oauth = OauthSimulator.start(server.url(), Duration.ofMinutes(10), clock)) {
      server.requireToken(oauth::knows);
      var issuer = new OauthClient.Issuer(oauth.issuer());
      var tokens = tokens(issuer, OauthClient.Secret.FORM, server.url(), OauthSimulator.SECRET);
      try (var opened = Opened.http(server.url(), Opened.LIMITS, tokens)) {
        assertThat(opened.text(echo("one"))).isEqualTo("one");
        oauth.revoke();
        assertThat(opened.text(echo("two"))).isEqualTo("two");
        assertThat(server.runs()).isEqualTo(2);
      }
    }
  }

  @Test
  void tells_the_secret_in_the_form_where_metadata_take_no_other_way() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var oauth = OauthSimulator.start(server.url(), Duration.ofMinutes(10), clock)) {
      server.requireToken(oauth::knows);
      oauth.takeSecretsOnlyInForm();
      var issuer = new OauthClient.Issuer(oauth.issuer());
      var tokens = tokens(issuer, OauthClient.Secret.HEADER, server.url(), OauthSimulator.SECRET);
      try (var opened = Opened.http(server.url(), Opened.LIMITS, tokens)) {
        assertThat(opened.text(echo("one"))).isEqualTo("one");
        assertThat(oauth.asked()).isEqualTo(1);
      }
    }
  }

  @Test
  void names_no_secret_when_it_gets_no_token_and_does_not_ask_again_for_each_call() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var oauth = OauthSimulator.start(server.url(), Duration.ofMinutes(10), clock)) {
      server.requireToken(oauth::knows);
      var endpoint = new OauthClient.TokenEndpoint(oauth.tokenUrl());
      var tokens = tokens(endpoint, OauthClient.Secret.HEADER, server.url(), "wr0ng");
      try (var opened = Opened.http(server.url(), Opened.LIMITS, tokens)) {
        await().until(() -> opened.connection.health().lastFailure().isPresent());
        var failure = opened.connection.health().lastFailure().orElseThrow();
        assertThat(failure.reason()).isEqualTo(Reason.UNAUTHORIZED);
        assertThat(failure.detail()).contains("invalid_client").doesNotContain("wr0ng");
        for (var i = 0; i < 20; i++) {
          assertThat(failure(opened.call(echo("x"))).reason())
              .isIn(Reason.BACKING_OFF, Reason.UNAUTHORIZED);
        }
        assertThat(oauth.asked()).isEqualTo(1);
      }
    }
  }

  @Test
  void does_not_take_the_metadata_of_another_issuer() {
    try (var server = ModernMcpSimulator.start(McpScript.STANDARD);
        var oauth = OauthSimulator.start(server.url(), Duration.ofMinutes(10), clock)) {
      server.requireToken(oauth::knows);
      var other = URI.create(oauth.issuer().toString().replace("127.0.0.1", "127.0.0.2"));
      var tokens =
          tokens(
              new OauthClient.Issuer(other),
              OauthClient.Secret.FORM,
              server.url(),
              OauthSimulator.SECRET);
      try (var opened = Opened.http(server.url(), Opened.LIMITS, tokens)) {
        await().until(() -> opened.connection.health().lastFailure().isPresent());
        assertThat(oauth.asked()).isZero();
      }
    }
  }
}
