package dev.sluice.mcp.upstream.oauth;

import dev.sluice.mcp.rpc.MalformedMessageException;
import dev.sluice.mcp.rpc.MessageCodec;
import dev.sluice.mcp.rpc.MessageLimits;
import dev.sluice.mcp.upstream.call.CallException;
import dev.sluice.mcp.upstream.call.CallFailure.Effect;
import dev.sluice.mcp.upstream.call.CallFailure.Reason;
import dev.sluice.mcp.upstream.call.Cancellation;
import dev.sluice.mcp.upstream.http.Header;
import dev.sluice.mcp.upstream.http.Http;
import dev.sluice.mcp.upstream.http.HttpQuery;
import dev.sluice.mcp.upstream.http.HttpQuery.Repeatable;
import dev.sluice.mcp.upstream.http.HttpReply;
import dev.sluice.mcp.upstream.http.Patience;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Asks an authorization server for a token, each time anew.
final class TokenFetcher {

  /// A token, and for how long it is good.
  record Token(String value, Duration lifetime) {}

  /// Where tokens are given out, and how the secret is told there.
  private record Counter(URI url, OauthClient.Secret way) {}

  private static final String WHOSE = "the authorization server: ";
  private static final Duration FETCH_MAX = Duration.ofSeconds(10);
  private static final Duration LIFETIME_UNTOLD = Duration.ofMinutes(5);
  private static final int ANSWER_BYTES_MAX = 64 * 1024;
  private static final MessageCodec CODEC =
      new MessageCodec(MessageLimits.STANDARD.withMessageBytesMax(ANSWER_BYTES_MAX));

  private final OauthClient client;
  private final Http http;

  TokenFetcher(OauthClient client, Http http) {
    this.client = client;
    this.http = http;
  }

  Token fetch() throws CallException {
    var counter =
        switch (client.authority()) {
          case OauthClient.TokenEndpoint(var endpoint) -> new Counter(endpoint, client.way());
          case OauthClient.Issuer(var issuer) -> discovered(issuer);
        };
    var headers = new ArrayList<Header>();
    headers.add(new Header("Content-Type", "application/x-www-form-urlencoded"));
    headers.add(new Header("Accept", "application/json"));
    if (counter.way() == OauthClient.Secret.HEADER) {
      headers.add(new Header("Authorization", basic()));
    }
    var body = form(counter.way()).getBytes(StandardCharsets.US_ASCII);
    return token(asked(new HttpQuery("POST", counter.url(), headers, body, Repeatable.YES)));
  }

  private static Token token(JsonNode answer) throws CallException {
    var value = answer.path("access_token").stringValue("");
    var bearer = answer.path("token_type").stringValue("").equalsIgnoreCase("bearer");
    if (!bearer || !value.matches("[!-~]{1,16384}")) {
      throw refused("an answer without a token (expected: token_type Bearer)");
    }
    var seconds = answer.path("expires_in").longValue(LIFETIME_UNTOLD.toSeconds());
    return new Token(value, Duration.ofSeconds(Math.clamp(seconds, 0, 365 * 86_400L)));
  }

  private String form(OauthClient.Secret way) {
    var form = new StringBuilder("grant_type=client_credentials");
    if (way == OauthClient.Secret.FORM) {
      form.append("&client_id=").append(encoded(client.id()));
      form.append("&client_secret=").append(encoded(client.secret().get()));
    }
    client.scope().ifPresent(scope -> form.append("&scope=").append(encoded(scope)));
    return form.append("&resource=").append(encoded(client.resource().toString())).toString();
  }

  private String basic() {
    var pair = encoded(client.id()) + ":" + encoded(client.secret().get());
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.US_ASCII));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// The endpoint by the issuer's metadata, which must name that issuer.
  private Counter discovered(URI issuer) throws CallException {
    var path = issuer.getRawPath() == null ? "" : issuer.getRawPath().replaceAll("/$", "");
    var metadata = metadata(issuer, "/.well-known/oauth-authorization-server" + path);
    if (!same(issuer, metadata.path("issuer").stringValue(""))) {
      throw refused("metadata of another issuer");
    }
    var endpoint = endpoint(issuer, metadata.path("token_endpoint").stringValue(""));
    return new Counter(endpoint, way(metadata));
  }

  /// That of the client; the other one where only that one is taken.
  private OauthClient.Secret way(JsonNode metadata) {
    var taken = metadata.path("token_endpoint_auth_methods_supported");
    return Stream.of(client.way(), OauthClient.Secret.HEADER, OauthClient.Secret.FORM)
        .filter(way -> taken.valueStream().anyMatch(word -> word.asString("").equals(way.word())))
        .findFirst()
        .orElse(client.way());
  }

  /// The secret goes there: not without TLS, unless the issuer that was declared has none.
  static URI endpoint(URI issuer, String named) throws CallException {
    URI endpoint;
    try {
      endpoint = URI.create(named);
    } catch (IllegalArgumentException _) {
      throw refused("metadata without a token endpoint");
    }
    var secure = "https".equalsIgnoreCase(endpoint.getScheme());
    if (!secure && !"http".equalsIgnoreCase(issuer.getScheme())) {
      throw refused("a token endpoint without TLS (expected: https, as the issuer)");
    }
    return endpoint;
  }

  private JsonNode metadata(URI issuer, String path) throws CallException {
    var headers = List.of(new Header("Accept", "application/json"));
    var query = new HttpQuery("GET", issuer.resolve(path), headers, new byte[0], Repeatable.YES);
    return asked(query);
  }

  private static boolean same(URI issuer, String named) {
    return named.replaceAll("/$", "").equals(issuer.toString().replaceAll("/$", ""));
  }

  private JsonNode asked(HttpQuery query) throws CallException {
    var patience = Patience.of(FETCH_MAX, FETCH_MAX, FETCH_MAX, FETCH_MAX);
    try (var reply = http.send(query, patience, new Cancellation(), ANSWER_BYTES_MAX)) {
      var answer = CODEC.tree(reply.all(ANSWER_BYTES_MAX));
      if (!reply.succeeded()) {
        throw refused(problem(reply, answer));
      }
      return answer;
    } catch (MalformedMessageException _) {
      throw refused("an answer that is no JSON");
    } catch (CallException e) {
      var failure = e.failure();
      throw failure.reason() == Reason.UNREACHABLE
          ? CallException.of(failure.reason(), failure.effect(), WHOSE + failure.detail())
          : e;
    } catch (IOException e) {
      throw refused("no answer (" + e.getClass().getSimpleName() + ")");
    }
  }

  /// The word that OAuth has for it, and nothing that could repeat the secret.
  private static String problem(HttpReply reply, JsonNode answer) {
    var word = answer.path("error").stringValue("");
    return reply.status() + (word.matches("[a-z_]{1,40}") ? " " + word : "");
  }

  private static CallException refused(String detail) {
    return CallException.of(Reason.UNAUTHORIZED, Effect.NEVER_RUN, WHOSE + detail);
  }
}
