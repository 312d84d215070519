package dev.sluice.testkit.mcp;

import dev.sluice.testkit.cloud.Form;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpHandler;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.http.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Gives out access tokens to one client by its secret, each for one resource, and knows those that
/// it gave out.
public final class OauthSimulator implements HttpHandler, AutoCloseable {

  public static final String CLIENT = "simulated client";
  public static final String SECRET = "simulated:secret/1%";

  private final String resource;
  private final Duration lifetime;
  private final InstantSource clock;
  private final Map<String, Instant> ends = new HashMap<>();
  private final HttpServer server;
  private boolean down;
  private boolean onlyInForm;
  private int issued;
  private int asked;

  private OauthSimulator(String resource, Duration lifetime, InstantSource clock) {
    this.resource = resource;
    this.lifetime = lifetime;
    this.clock = clock;
    this.server = HttpServer.start(0, HttpLimits.STANDARD, this);
  }

  public static OauthSimulator start(URI resource, Duration lifetime, InstantSource clock) {
    return new OauthSimulator(resource.toString(), lifetime, clock);
  }

  public URI issuer() {
    return URI.create("http://127.0.0.1:%d/realm".formatted(server.port()));
  }

  public URI tokenUrl() {
    return URI.create(issuer() + "/token");
  }

  public synchronized boolean knows(String token) {
    return clock.instant().isBefore(ends.getOrDefault(token, Instant.MIN));
  }

  public synchronized int issued() {
    return issued;
  }

  /// Requests for tokens, those that failed too.
  public synchronized int asked() {
    return asked;
  }

  /// Takes all tokens back.
  public synchronized void revoke() {
    ends.clear();
  }

  public synchronized void fail() {
    down = true;
  }

  /// From now on takes no secret in a header, and says so in its metadata.
  public synchronized void takeSecretsOnlyInForm() {
    onlyInForm = true;
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public void refuse(HttpExchange exchange, MalformedException problem) throws IOException {
    Door.status(exchange, problem.status());
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    var request = exchange.request();
    switch (request.method() + " " + request.path()) {
      case "GET /.well-known/oauth-authorization-server/realm" ->
          respond(exchange, 200, metadata());
      case "POST /realm/token" -> token(exchange);
      default -> Door.status(exchange, 404);
    }
  }

  private synchronized ObjectNode metadata() {
    var metadata = JsonNodeFactory.instance.objectNode().put("issuer", issuer().toString());
    metadata.put("token_endpoint", tokenUrl().toString());
    var methods = metadata.putArray("token_endpoint_auth_methods_supported");
    methods.add("client_secret_post");
    if (!onlyInForm) {
      methods.add("client_secret_basic");
    }
    return metadata;
  }

  private synchronized void token(HttpExchange exchange) throws IOException {
    asked++;
    if (down) {
      Door.status(exchange, 503);
      return;
    }
    var form = Form.of(exchange.request());
    if (!known(exchange, form)) {
      respond(exchange, 401, error("invalid_client"));
    } else if (!form.field("grant_type").equals("client_credentials")) {
      respond(exchange, 400, error("unsupported_grant_type"));
    } else if (!form.field("resource").equals(resource)) {
      respond(exchange, 400, error("invalid_target"));
    } else {
      var token = "token-%04d".formatted(++issued);
      ends.put(token, clock.instant().plus(lifetime));
      var answer = JsonNodeFactory.instance.objectNode().put("access_token", token);
      answer.put("token_type", "Bearer").put("expires_in", lifetime.toSeconds());
      respond(exchange, 200, answer);
    }
  }

  /// Either by the header or by the form, and not by both.
  private boolean known(HttpExchange exchange, Form form) {
    var header = exchange.request().header("authorization");
    if (header.isEmpty()) {
      return form.field("client_id").equals(CLIENT) && form.field("client_secret").equals(SECRET);
    }
    var pair = Base64.getEncoder().encodeToString(pair().getBytes(StandardCharsets.US_ASCII));
    return !onlyInForm
        && form.field("client_secret").isEmpty()
        && header.get().equals("Basic " + pair);
  }

  private static String pair() {
    return "simulated+client:simulated%3Asecret%2F1%25";
  }

  private static ObjectNode error(String word) {
    return JsonNodeFactory.instance.objectNode().put("error", word);
  }

  private static void respond(HttpExchange exchange, int status, ObjectNode json)
      throws IOException {
    var headers = List.of(Door.JSON, new Header("cache-control", "no-store"));
    exchange.respond(status, headers, Door.bytes(json), Long.MAX_VALUE);
  }
}
