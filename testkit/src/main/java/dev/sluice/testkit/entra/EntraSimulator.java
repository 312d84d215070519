package dev.sluice.testkit.entra;

import dev.sluice.testkit.cloud.Form;
import dev.sluice.testkit.cloud.Troubles;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpHandler;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.http.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// Gives out access tokens to one application of one tenant, by its secret or by the token of a
/// workload that it trusts, and knows those that it gave out.
public final class EntraSimulator implements HttpHandler, AutoCloseable {

  private static final int TOKENS_MAX = 10_000;
  private static final String FEDERATED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  private final InstantSource clock;
  private final LinkedHashMap<String, Instant> ends = new LinkedHashMap<>();
  private final HttpServer server;
  private final Troubles troubles = new Troubles();
  private volatile EntraConfig config;
  private long issued;

  private EntraSimulator(EntraConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    this.server = HttpServer.start(0, HttpLimits.STANDARD, this);
  }

  public static EntraSimulator start(EntraConfig config, InstantSource clock) {
    return new EntraSimulator(config, clock);
  }

  /// Where tokens of the tenant are given out.
  public URI tokenUri() {
    return URI.create(
        "http://127.0.0.1:%d/%s/oauth2/v2.0/token".formatted(server.port(), config.tenant()));
  }

  /// True for a token that was given out here and has not ended.
  public synchronized boolean knows(String token) {
    @Nullable Instant end = ends.get(token);
    return end != null && clock.instant().isBefore(end);
  }

  /// How many were given out in all.
  public synchronized long issued() {
    return issued;
  }

  /// Knows the application by another secret and another token from now on.
  public void trust(EntraConfig next) {
    config = next;
  }

  public Troubles troubles() {
    return troubles;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (troubles.meet(exchange)) {
      return;
    }
    var problem = problem(exchange);
    if (problem.isPresent()) {
      respond(exchange, problem.get().status(), problem.get().json(clock.instant()));
      return;
    }
    var seconds = config.lifetime().toSeconds();
    var json = JsonNodeFactory.instance.objectNode().put("token_type", "Bearer");
    json.put("expires_in", seconds).put("ext_expires_in", seconds);
    respond(exchange, 200, json.put("access_token", issue()));
  }

  @Override
  public void refuse(HttpExchange exchange, MalformedException problem) throws IOException {
    var refusal =
        new EntraProblem(problem.status(), "invalid_request", 900144, problem.getMessage() + "");
    respond(exchange, problem.status(), refusal.json(clock.instant()));
  }

  @Override
  public void close() {
    server.close();
  }

  private synchronized String issue() {
    issued++;
    var token = "eyJ0eXAiOiJKV1QifQ.simulated.%06d".formatted(issued);
    ends.put(token, clock.instant().plus(config.lifetime()));
    if (ends.size() > TOKENS_MAX) {
      ends.remove(ends.firstEntry().getKey());
    }
    return token;
  }

  /// The first thing that is wrong with a request.
  private Optional<EntraProblem> problem(HttpExchange exchange) {
    var request = exchange.request();
    var form = Form.of(request);
    if (!request.path().equals(tokenUri().getPath()) || !request.method().equals("POST")) {
      return EntraProblem.of(400, "invalid_request", 90002, "Tenant not found.");
    }
    if (!form.field("grant_type").equals("client_credentials")) {
      return EntraProblem.of(
          400, "unsupported_grant_type", 70003, "The app requested an unsupported grant type.");
    }
    if (!form.field("client_id").equals(config.clientId())) {
      return EntraProblem.of(
          400,
          "unauthorized_client",
          700016,
          "Application with identifier '%s' was not found in the directory."
              .formatted(form.field("client_id")));
    }
    if (!form.field("scope").equals(config.scope())) {
      return EntraProblem.of(
          400,
          "invalid_scope",
          70011,
          "The provided value for the input parameter 'scope' isn't valid. The scope %s isn't"
                  .formatted(form.field("scope"))
              + " valid.");
    }
    return isKnown(form)
        ? Optional.empty()
        : EntraProblem.of(401, "invalid_client", 7000215, "Invalid client secret provided.");
  }

  private boolean isKnown(Form form) {
    return form.field("client_assertion_type").equals(FEDERATED)
        ? form.field("client_assertion").equals(config.workloadToken())
        : form.field("client_secret").equals(config.clientSecret());
  }

  private static void respond(HttpExchange exchange, int status, JsonNode json) throws IOException {
    var body = json.toString().getBytes(StandardCharsets.UTF_8);
    var headers =
        List.of(
            new Header("content-type", "application/json; charset=utf-8"),
            new Header("cache-control", "no-store, no-cache"));
    exchange.respond(status, headers, body, body.length);
  }
}
