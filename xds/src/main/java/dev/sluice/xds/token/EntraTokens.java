package dev.sluice.xds.token;

import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credential.EntraApplication;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// Access tokens of Entra ID, for an application (the client credentials flow).
///
/// @param proof that it is the application who asks
record EntraTokens(EntraApplication application, Proof proof) implements TokenSource {

  private static final String FEDERATED = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

  /// Where AKS says that it keeps the token of the workload, which it renews.
  private static final String TOKEN_FILE = "AZURE_FEDERATED_TOKEN_FILE";

  /// The fields of the form that prove who asks, read anew each time.
  interface Proof {
    Map<String, String> fields() throws IOException;
  }

  static EntraTokens of(Credential.EntraSecret secret) {
    return new EntraTokens(secret.application(), () -> Map.of("client_secret", secret.secret()));
  }

  static EntraTokens of(Credential.EntraIdentity identity, Map<String, String> environment) {
    return new EntraTokens(identity.application(), () -> workloadToken(environment));
  }

  private static Map<String, String> workloadToken(Map<String, String> environment)
      throws IOException {
    var file = environment.get(TOKEN_FILE);
    if (file == null) {
      throw new IOException(TOKEN_FILE + ": none (expected: the file of the workload's token)");
    }
    var token = Files.readString(Path.of(file)).strip();
    return Map.of("client_assertion_type", FEDERATED, "client_assertion", token);
  }

  @Override
  public AccessToken fetch() throws IOException, InterruptedException {
    var now = Instant.now();
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", application.clientId());
    form.put("scope", scope(application.authority()));
    form.putAll(proof.fields());
    var answer = TokenServices.ask(TokenServices.form(HttpRequest.newBuilder(uri()), form));
    var json = TokenServices.json(answer);
    var token = json.path("access_token").asString("");
    if (answer.statusCode() != 200 || token.isEmpty()) {
      // The description names our application, and no secret.
      throw new IOException(
          "%s answered %d: %s"
              .formatted(uri(), answer.statusCode(), json.path("error_description").asString("")));
    }
    return AccessToken.of(token, now.plusSeconds(json.path("expires_in").asLong(0)));
  }

  /// Each of Azure's clouds has an authority and services of its own.
  static String scope(URI authority) {
    var host = String.valueOf(authority.getHost());
    var cloud = host.endsWith(".us") ? "us" : host.endsWith(".cn") ? "cn" : "com";
    return "https://cognitiveservices.azure." + cloud + "/.default";
  }

  private URI uri() {
    var tenant = TokenServices.encoded(application.tenantId());
    return URI.create(application.authority() + "/" + tenant + "/oauth2/v2.0/token");
  }

  @Override
  public String toString() {
    return "EntraTokens[" + application + "]";
  }
}
