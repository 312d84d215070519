package dev.sluice.testkit.aws;

import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;

/// The metadata of a machine with an instance profile (IMDSv2 only): a session is asked for first.
record InstanceMetadata(AwsRole role, KeyRing keys) {

  private static final String SESSION = "/latest/api/token";
  private static final String PROFILES = "/latest/meta-data/iam/security-credentials/";
  private static final String SESSION_TOKEN = "simulated-metadata-session";
  private static final int SESSION_SECONDS_MAX = 21_600;

  static boolean serves(HttpRequest request) {
    return request.path().equals(SESSION) || request.path().startsWith(PROFILES);
  }

  void answer(HttpExchange exchange) throws IOException {
    var request = exchange.request();
    if (request.path().equals(SESSION)) {
      session(exchange);
    } else if (request.header("x-aws-ec2-metadata-token").filter(SESSION_TOKEN::equals).isEmpty()) {
      send(exchange, 401, "");
    } else if (!request.method().equals("GET")) {
      send(exchange, 405, "");
    } else if (request.path().equals(PROFILES)) {
      send(exchange, 200, role.name());
    } else if (request.path().equals(PROFILES + role.name())) {
      send(exchange, 200, issued());
    } else {
      send(exchange, 404, "");
    }
  }

  private static void session(HttpExchange exchange) throws IOException {
    var request = exchange.request();
    var seconds =
        request.header("x-aws-ec2-metadata-token-ttl-seconds").flatMap(InstanceMetadata::number);
    if (!request.method().equals("PUT")) {
      send(exchange, 405, "");
    } else if (seconds.filter(s -> s >= 1 && s <= SESSION_SECONDS_MAX).isEmpty()) {
      send(exchange, 400, "");
    } else {
      send(exchange, 200, SESSION_TOKEN);
    }
  }

  private static Optional<Integer> number(String text) {
    return Optional.of(text).filter(t -> t.matches("\\d{1,6}")).map(Integer::valueOf);
  }

  private String issued() {
    var credential = keys.issue();
    return JsonNodeFactory.instance
        .objectNode()
        .put("Code", "Success")
        .put("Type", "AWS-HMAC")
        .put("AccessKeyId", credential.accessKeyId())
        .put("SecretAccessKey", credential.secretAccessKey())
        .put("Token", credential.sessionToken().orElseThrow())
        .put("Expiration", TemporaryKeysApi.expiration(credential))
        .toString();
  }

  private static void send(HttpExchange exchange, int status, String text) throws IOException {
    var body = text.getBytes(StandardCharsets.UTF_8);
    exchange.respond(status, List.of(new Header("content-type", "text/plain")), body, body.length);
  }
}
