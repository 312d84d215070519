package dev.sluice.xds.token;

import dev.sluice.core.provider.Credential;
import dev.sluice.xds.token.AwsTokens.Environment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// A role that an agent beside our container gives (EKS Pod Identity, a task's role in ECS).
final class ContainerIdentity {

  private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
  private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
  private static final String TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
  private static final String ECS = "http://169.254.170.2";

  /// Without TLS the token goes to this machine only, or to the agents of ECS and EKS.
  private static final Pattern PLAIN_HOST =
      Pattern.compile(
          "127\\.\\d+\\.\\d+\\.\\d+|localhost|\\[::1]|169\\.254\\.170\\.2|169\\.254\\.170\\.23"
              + "|\\[fd00:ec2::23]");

  private static final Pattern VISIBLE = Pattern.compile("[ -~]*");

  private ContainerIdentity() {}

  static boolean isSaid(Environment said) {
    return said.has(FULL) || said.has(RELATIVE);
  }

  static AccessToken fetch(Environment said) throws IOException, InterruptedException {
    var uri = uri(said);
    var request = HttpRequest.newBuilder(uri).header("accept", "application/json");
    var token = token(said);
    if (!VISIBLE.matcher(token).matches()) {
      // The client would tell it.
      throw new IOException("%s: no token (expected: a line)".formatted(TOKEN_FILE));
    }
    if (!token.isEmpty()) {
      request.header("authorization", token);
    }
    return pair(TokenServices.ask(request));
  }

  private static URI uri(Environment said) throws IOException {
    var named = said.has(RELATIVE) ? ECS + said.value(RELATIVE) : said.value(FULL);
    var uri = URI.create(named);
    boolean plain = PLAIN_HOST.matcher(String.valueOf(uri.getHost())).matches();
    if (!"https".equals(uri.getScheme()) && !("http".equals(uri.getScheme()) && plain)) {
      throw new IOException(
          "%s: %s (expected: https, or an agent on this machine)".formatted(FULL, named));
    }
    return uri;
  }

  /// The file is read each time: its token ends too, and the platform renews it.
  private static String token(Environment said) throws IOException {
    return said.has(TOKEN_FILE)
        ? Files.readString(Path.of(said.value(TOKEN_FILE))).strip()
        : said.value(TOKEN);
  }

  /// What agents and metadata of machines answer.
  static AccessToken pair(HttpResponse<String> answer) throws IOException {
    var json = TokenServices.json(answer);
    var id = json.path("AccessKeyId").asString("");
    var secret = json.path("SecretAccessKey").asString("");
    if (answer.statusCode() != 200 || id.isEmpty() || secret.isEmpty()) {
      throw new IOException(
          "%s answered %d: %s %s"
              .formatted(
                  answer.uri(),
                  answer.statusCode(),
                  json.path("code").asString("no key pair"),
                  json.path("message").asString("")));
    }
    return new AccessToken(
        new Credential.AwsKeyPair(id, secret, json.path("Token").asString("")),
        WebIdentity.end(json.path("Expiration").asString("")));
  }
}
