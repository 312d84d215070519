package dev.sluice.testkit.google;

import dev.sluice.testkit.cloud.Form;
import dev.sluice.testkit.cloud.Troubles;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpHandler;
import dev.sluice.testkit.http.HttpLimits;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.http.HttpServer;
import dev.sluice.testkit.http.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ServerSocketFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// Google's Security Token Service for one pool of workloads, and the IAM that lets who comes from
/// there be a service account. Google's programs ask both by TLS only.
public final class FederationSimulator implements HttpHandler, AutoCloseable {

  private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
  private static final String ACCESS = "urn:ietf:params:oauth:token-type:access_token";
  private static final String JWT = "urn:ietf:params:oauth:token-type:jwt";
  private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
  private static final String IAM_SCOPE = "https://www.googleapis.com/auth/iam";
  private static final String FEDERATED = "ya29.d.simulated-federated-";
  private static final String AUDIENCE =
      "//iam.googleapis.com/projects/100000000001/locations/global/workloadIdentityPools/pool"
          + "/providers/cluster";

  private final ServiceAccount account;
  private final AccessTokens tokens;
  private final HttpServer server;
  private final Troubles troubles = new Troubles();
  private final AtomicLong federated = new AtomicLong();
  private volatile String subjectToken;

  private FederationSimulator(
      ServiceAccount account,
      AccessTokens tokens,
      String subjectToken,
      ServerSocketFactory sockets) {
    this.account = account;
    this.tokens = tokens;
    this.subjectToken = subjectToken;
    this.server = HttpServer.start(0, sockets, HttpLimits.STANDARD, this);
  }

  /// @param tokens those of the services that are asked then
  /// @param subjectToken what the workload's platform gave it
  public static FederationSimulator start(
      ServiceAccount account,
      AccessTokens tokens,
      String subjectToken,
      ServerSocketFactory sockets) {
    return new FederationSimulator(account, tokens, subjectToken, sockets);
  }

  /// Knows the workload by another token from now on.
  public void trust(String next) {
    subjectToken = next;
  }

  public Troubles troubles() {
    return troubles;
  }

  /// What Google's console gives out for such a workload.
  public String configuration(Path subjectTokenFile) {
    var json = JsonNodeFactory.instance.objectNode().put("type", "external_account");
    json.put("audience", AUDIENCE).put("subject_token_type", JWT);
    json.put("token_url", uri("/v1/token").toString());
    json.put("service_account_impersonation_url", uri(impersonation()).toString());
    json.putObject("credential_source").put("file", subjectTokenFile.toString());
    return json.toString();
  }

  private URI uri(String path) {
    return URI.create("https://127.0.0.1:" + server.port() + path);
  }

  private String impersonation() {
    return "/v1/projects/-/serviceAccounts/" + account.email() + ":generateAccessToken";
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    if (troubles.meet(exchange)) {
      return;
    }
    var request = exchange.request();
    if (request.method().equals("POST") && request.path().equals("/v1/token")) {
      exchangeToken(exchange);
    } else if (request.method().equals("POST") && request.path().equals(impersonation())) {
      impersonate(exchange);
    } else {
      refuse(exchange, 404, "NOT_FOUND", "Requested entity was not found.");
    }
  }

  @Override
  public void refuse(HttpExchange exchange, MalformedException problem) throws IOException {
    refuse(exchange, problem.status(), "INVALID_ARGUMENT", problem.getMessage() + "");
  }

  @Override
  public void close() {
    server.close();
  }

  private void exchangeToken(HttpExchange exchange) throws IOException {
    var form = Form.of(exchange.request());
    var scopes = List.of(form.field("scope").split(" ", -1));
    if (!form.field("grant_type").equals(EXCHANGE)) {
      problem(exchange, "unsupported_grant_type", "Invalid grant type.");
    } else if (!form.field("requested_token_type").equals(ACCESS)
        || !form.field("subject_token_type").equals(JWT)) {
      problem(exchange, "invalid_request", "Invalid token type.");
    } else if (!form.field("audience").equals(AUDIENCE)) {
      problem(exchange, "invalid_target", "The target service indicated by the audience is bad.");
    } else if (!scopes.contains(SCOPE) && !scopes.contains(IAM_SCOPE)) {
      problem(exchange, "invalid_scope", "Some requested scopes cannot be shown.");
    } else if (!form.field("subject_token").equals(subjectToken)) {
      problem(exchange, "invalid_grant", "The given credential is rejected by the attribute rule.");
    } else {
      var json = JsonNodeFactory.instance.objectNode();
      json.put("access_token", FEDERATED + federated.incrementAndGet());
      json.put("issued_token_type", ACCESS).put("token_type", "Bearer");
      respond(exchange, 200, json.put("expires_in", tokens.lifetime().toSeconds()));
    }
  }

  /// The token of the exchange is good for this alone.
  private void impersonate(HttpExchange exchange) throws IOException {
    var request = exchange.request();
    var shown = request.header("authorization").orElse("");
    if (!shown.equals("Bearer " + FEDERATED + federated.get())) {
      refuse(exchange, 401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
    } else if (!asksForScope(request)) {
      refuse(exchange, 400, "INVALID_ARGUMENT", "Request contains an invalid argument.");
    } else {
      var end = tokens.clock().instant().plus(tokens.lifetime()).truncatedTo(ChronoUnit.SECONDS);
      var json = JsonNodeFactory.instance.objectNode().put("accessToken", tokens.issue());
      respond(exchange, 200, json.put("expireTime", end.toString()));
    }
  }

  private static boolean asksForScope(HttpRequest request) {
    try {
      var scopes = JsonMapper.shared().readTree(request.body()).path("scope");
      return scopes.isArray() && scopes.valueStream().anyMatch(s -> SCOPE.equals(s.asString("")));
    } catch (JacksonException _) {
      return false;
    }
  }

  private static void problem(HttpExchange exchange, String error, String text) throws IOException {
    var json = JsonNodeFactory.instance.objectNode().put("error", error);
    respond(exchange, 400, json.put("error_description", text));
  }

  private static void refuse(HttpExchange exchange, int status, String word, String text)
      throws IOException {
    var json = JsonNodeFactory.instance.objectNode();
    json.putObject("error").put("code", status).put("message", text).put("status", word);
    respond(exchange, status, json);
  }

  private static void respond(HttpExchange exchange, int status, JsonNode json) throws IOException {
    var body = json.toString().getBytes(StandardCharsets.UTF_8);
    var type = List.of(new Header("content-type", "application/json; charset=UTF-8"));
    exchange.respond(status, type, body, body.length);
  }
}
