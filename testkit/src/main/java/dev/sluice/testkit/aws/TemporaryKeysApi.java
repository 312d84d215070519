package dev.sluice.testkit.aws;

import dev.sluice.testkit.cloud.Form;
import dev.sluice.testkit.cloud.Troubles;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpExchange;
import dev.sluice.testkit.http.HttpRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.JsonNodeFactory;

/// Where a workload's keys come from: the credentials endpoint of its container, STS for a web
/// identity, and the metadata of its machine.
public final class TemporaryKeysApi {

  private static final String CONTAINER = "/v1/credentials";

  private static final int SESSION_SECONDS_MIN = 900;
  private static final int SESSION_SECONDS_MAX = 43_200;

  private final KeyRing keys;
  private final Troubles troubles = new Troubles();
  private volatile AwsRole role;

  private static final Form NO_FORM = new Form(Map.of());

  public TemporaryKeysApi(AwsRole role, KeyRing keys) {
    this.role = role;
    this.keys = keys;
  }

  /// Knows the workload by other tokens from now on.
  public void trust(AwsRole next) {
    role = next;
  }

  public Troubles troubles() {
    return troubles;
  }

  public static boolean serves(HttpRequest request) {
    return request.path().equals(CONTAINER)
        || request.path().equals("/")
        || InstanceMetadata.serves(request);
  }

  public void answer(String requestId, HttpExchange exchange) throws IOException {
    if (troubles.meet(exchange)) {
      return;
    }
    if (exchange.request().path().equals(CONTAINER)) {
      container(exchange);
    } else if (InstanceMetadata.serves(exchange.request())) {
      new InstanceMetadata(role, keys).answer(exchange);
    } else {
      webIdentity(requestId, exchange);
    }
  }

  /// The token of the file stands in the header as it is, without a scheme before it.
  private void container(HttpExchange exchange) throws IOException {
    var request = exchange.request();
    var known = request.header("authorization").filter(role.containerToken()::equals);
    if (known.isEmpty() || !request.method().equals("GET")) {
      var json = JsonNodeFactory.instance.objectNode().put("code", "InvalidTokenException");
      json.put("message", "Unable to validate the authorization token");
      send(exchange, 400, "application/json", json.toString());
      return;
    }
    var credential = keys.issue();
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("AccessKeyId", credential.accessKeyId())
            .put("SecretAccessKey", credential.secretAccessKey())
            .put("Token", credential.sessionToken().orElseThrow())
            .put("AccountId", role.account())
            .put("Expiration", expiration(credential));
    send(exchange, 200, "application/json", json.toString());
  }

  private void webIdentity(String requestId, HttpExchange exchange) throws IOException {
    var form = exchange.request().method().equals("POST") ? Form.of(exchange.request()) : NO_FORM;
    if (!form.field("Action").equals("AssumeRoleWithWebIdentity")
        || !form.field("Version").equals("2011-06-15")) {
      refuse(requestId, exchange, 400, "InvalidAction", "Could not find operation for this action");
    } else if (!form.field("RoleSessionName").matches("[\\w+=,.@-]{2,64}")) {
      refuse(requestId, exchange, 400, "ValidationError", "Value at 'roleSessionName' is invalid");
    } else if (!isSessionLength(form.field("DurationSeconds"))) {
      refuse(requestId, exchange, 400, "ValidationError", "Value at 'durationSeconds' is invalid");
    } else if (!form.field("WebIdentityToken").equals(role.webIdentityToken())) {
      refuse(
          requestId,
          exchange,
          400,
          "InvalidIdentityToken",
          "The web identity token that was passed could not be validated by AWS.");
    } else if (!form.field("RoleArn").equals(role.arn())) {
      refuse(
          requestId,
          exchange,
          403,
          "AccessDenied",
          "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    } else {
      var xml = assumed(requestId, form.field("RoleSessionName"));
      send(exchange, 200, "text/xml", xml.text());
    }
  }

  /// Also where nothing is said.
  private static boolean isSessionLength(String text) {
    if (!text.matches("\\d{1,6}")) {
      return text.isEmpty();
    }
    int seconds = Integer.parseInt(text);
    return seconds >= SESSION_SECONDS_MIN && seconds <= SESSION_SECONDS_MAX;
  }

  private StsXml assumed(String requestId, String session) {
    var credential = keys.issue();
    var arn = "arn:aws:sts::%s:assumed-role/%s/%s".formatted(role.account(), role.name(), session);
    return new StsXml("AssumeRoleWithWebIdentityResponse")
        .open("AssumeRoleWithWebIdentityResult")
        .open("AssumedRoleUser")
        .element("Arn", arn)
        .element("AssumedRoleId", "AROASIMULATED:" + session)
        .close()
        .open("Credentials")
        .element("AccessKeyId", credential.accessKeyId())
        .element("SecretAccessKey", credential.secretAccessKey())
        .element("SessionToken", credential.sessionToken().orElseThrow())
        .element("Expiration", expiration(credential))
        .close()
        .close()
        .open("ResponseMetadata")
        .element("RequestId", requestId)
        .close();
  }

  private static void refuse(
      String requestId, HttpExchange exchange, int status, String code, String message)
      throws IOException {
    var xml =
        new StsXml("ErrorResponse")
            .open("Error")
            .element("Type", "Sender")
            .element("Code", code)
            .element("Message", message)
            .close()
            .element("RequestId", requestId);
    send(exchange, status, "text/xml", xml.text());
  }

  static String expiration(AwsCredential credential) {
    return credential.expires().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static void send(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    var body = text.getBytes(StandardCharsets.UTF_8);
    exchange.respond(status, List.of(new Header("content-type", type)), body, body.length);
  }
}
