package dev.sluice.testkit.google;

import dev.sluice.testkit.cloud.Form;
import dev.sluice.testkit.cloud.Troubles;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Where tokens come from: the token endpoint for whoever has a key, the metadata server for
/// whoever runs on Google's machines.
public final class TokenApi {

  private static final String GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token";
  private static final String METADATA = "/computeMetadata/v1/";
  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

  private final ServiceAccount account;
  private final AccessTokens tokens;
  private final Troubles troubles = new Troubles();

  public TokenApi(ServiceAccount account, AccessTokens tokens) {
    this.account = account;
    this.tokens = tokens;
  }

  public static boolean serves(HttpRequest request) {
    return request.path().equals("/token") || request.path().startsWith(METADATA);
  }

  public Troubles troubles() {
    return troubles;
  }

  public void answer(HttpExchange exchange) throws IOException {
    if (troubles.meet(exchange)) {
      return;
    }
    if (exchange.request().path().equals("/token")) {
      token(exchange);
    } else {
      metadata(exchange, exchange.request().path().substring(METADATA.length()));
    }
  }

  private void token(HttpExchange exchange) throws IOException {
    var request = exchange.request();
    var form = Form.of(request);
    if (!request.method().equals("POST") || form.fields().isEmpty()) {
      refuse(exchange, new Assertion.Problem("invalid_request", "Bad Request"));
      return;
    }
    var grant = form.field("grant_type");
    if (!grant.equals(GRANT)) {
      var problem = "Invalid grant_type: " + grant;
      refuse(exchange, new Assertion.Problem("unsupported_grant_type", problem));
      return;
    }
    var malformed = new Assertion.Problem("invalid_grant", "Invalid JWT: malformed assertion.");
    var assertion = Assertion.parse(form.field("assertion"));
    if (assertion.isEmpty()) {
      refuse(exchange, malformed);
      return;
    }
    var audiences =
        List.of(GOOGLE_AUDIENCE, "http://" + request.header("host").orElse("") + "/token");
    var problem = assertion.get().problem(account, audiences, tokens.clock().instant());
    if (problem.isPresent()) {
      refuse(exchange, problem.get());
    } else {
      respond(exchange, 200, issued());
    }
  }

  /// Whoever does not say that he means the metadata server may have been tricked into asking.
  private void metadata(HttpExchange exchange, String path) throws IOException {
    if (exchange.request().header("metadata-flavor").filter("Google"::equals).isEmpty()) {
      text(exchange, 403, "Missing Metadata-Flavor:Google header.");
      return;
    }
    var names = "instance/service-accounts/(default|" + account.email() + ")/";
    if (path.matches(names + "token")) {
      respond(exchange, 200, issued());
    } else if (path.matches(names + "email")) {
      text(exchange, 200, account.email());
    } else if (path.equals("project/project-id")) {
      text(exchange, 200, account.project());
    } else {
      text(exchange, 404, "The requested URL was not found on this server.");
    }
  }

  private ObjectNode issued() {
    return object()
        .put("access_token", tokens.issue())
        .put("expires_in", tokens.lifetime().toSeconds())
        .put("token_type", "Bearer");
  }

  private static void refuse(HttpExchange exchange, Assertion.Problem problem) throws IOException {
    var json = object().put("error", problem.error());
    respond(exchange, 400, json.put("error_description", problem.description()));
  }

  private static void respond(HttpExchange exchange, int status, JsonNode json) throws IOException {
    send(exchange, status, "application/json", json.toString());
  }

  private static void text(HttpExchange exchange, int status, String text) throws IOException {
    send(exchange, status, "application/text", text);
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    var body = text.getBytes(StandardCharsets.UTF_8);
    var headers =
        List.of(new Header("content-type", type), new Header("metadata-flavor", "Google"));
    exchange.respond(status, headers, body, body.length);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
