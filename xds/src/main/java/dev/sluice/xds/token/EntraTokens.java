package dev.sluice.xds.token;

import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credential.EntraApplication;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Access tokens of Entra ID, for an application (the client credentials flow).
///
/// @param proof that it is the application who asks
record EntraTokens(EntraApplication application, Proof proof) implements TokenSource {

  private static final String FEDERATED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /// Where AKS says that it keeps the token of the workload, which it renews.
  private static final String TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";

  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();

  /// The fields of the form that prove who asks, read anew each time.
  interface Proof {
    Map<String, String> fields() throws IOException;
  }

  static EntraTokens of(Credential.EntraSecret secret) {
    return new EntraTokens(secret.application(), () -> Map.of("client_secret", secret.secret()));
  }

  static EntraTokens of(Credential.EntraIdentity identity) {
    return new EntraTokens(identity.application(), EntraTokens::workloadToken);
  }

  private static Map<String, String> workloadToken() throws IOException {
    var file = System.getenv(TOKEN_FILE);
    if (file == null) {
      throw new IOException(TOKEN_FILE + ": none (expected: the file of the workload's token)");
    }
    var token = Files.readString(Path.of(file)).strip();
    return Map.of("client_assertion_type", FEDERATED, "client_assertion", token);
  }

  @Override
  public AccessToken fetch() throws IOException, InterruptedException {
    var now = Instant.now();
    var answer = HTTP.send(request(), HttpResponse.BodyHandlers.ofString());
    var json = json(answer);
    var token = json.path("access_token").asString("");
    if (answer.statusCode() != 200 || token.isEmpty()) {
      // The description names our application, and no secret.
      throw new IOException(
          "%s answered %d: %s"
              .formatted(uri(), answer.statusCode(), json.path("error_description").asString("")));
    }
    return new AccessToken(token, now.plusSeconds(json.path("expires_in").asLong(0)));
  }

  private HttpRequest request() throws IOException {
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", application.clientId());
    form.put("scope", scope(application.authority()));
    form.putAll(proof.fields());
    var body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return HttpRequest.newBuilder(uri())
        .timeout(ANSWER_MAX)
        .header("content-type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  /// Each of Azure's clouds has an authority and services of its own.
  static String scope(URI authority) {
    var host = String.valueOf(authority.getHost());
    var cloud = host.endsWith(".us") ? "us" : host.endsWith(".cn") ? "cn" : "com";
    return "https://cognitiveservices.azure." + cloud + "/.default";
  }

  private URI uri() {
    return URI.create(
        application.authority() + "/" + encoded(application.tenantId()) + "/oauth2/v2.0/token");
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    try {
      return JsonMapper.shared().readTree(answer.body());
    } catch (JacksonException e) {
      throw new IOException("an answer %d that is no JSON".formatted(answer.statusCode()), e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "EntraTokens[" + application + "]";
  }
}
