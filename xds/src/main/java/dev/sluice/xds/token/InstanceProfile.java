package dev.sluice.xds.token;

import dev.sluice.xds.token.AwsTokens.Environment;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/// The role of the machine, by its metadata (IMDSv2).
final class InstanceProfile {

  private static final String PROFILES = "/latest/meta-data/iam/security-credentials/";

  /// Longer than all that is asked by it.
  private static final String SESSION_SECONDS = "60";

  private InstanceProfile() {}

  static AccessToken fetch(Environment said) throws IOException, InterruptedException {
    var named = said.value("AWS_EC2_METADATA_SERVICE_ENDPOINT").replaceAll("/+$", "");
    var metadata = named.isEmpty() ? "http://169.254.169.254" : named;
    var session =
        TokenServices.ask(
            HttpRequest.newBuilder(URI.create(metadata + "/latest/api/token"))
                .header("x-aws-ec2-metadata-token-ttl-seconds", SESSION_SECONDS)
                .PUT(HttpRequest.BodyPublishers.noBody()));
    var token = good(session).body().strip();
    var roles = good(TokenServices.ask(asking(metadata + PROFILES, token))).body();
    var role = roles.lines().findFirst().orElse("").strip();
    return ContainerIdentity.pair(TokenServices.ask(asking(metadata + PROFILES + role, token)));
  }

  private static HttpRequest.Builder asking(String uri, String token) throws IOException {
    try {
      return HttpRequest.newBuilder(URI.create(uri)).header("x-aws-ec2-metadata-token", token);
    } catch (IllegalArgumentException e) {
      throw new IOException("the machine's metadata tell no token and role", e);
    }
  }

  private static HttpResponse<String> good(HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() != 200) {
      throw new IOException("%s answered %d".formatted(answer.uri(), answer.statusCode()));
    }
    return answer;
  }
}
