package dev.sluice.testkit.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.testkit.aws.AwsCredential;
import dev.sluice.testkit.aws.AwsRole;
import dev.sluice.testkit.cloud.CloudClient;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Keys from the container's endpoint and from STS, and what they are good for.
class TemporaryKeysTest {

  private static final AwsRole ROLE = AwsRole.STANDARD;

  private BedrockSimulator simulator;

  @BeforeEach
  void start() {
    simulator = BedrockSimulator.start(BedrockClient.config());
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void a_container_gets_a_key_for_the_token_of_its_file() {
    var response =
        CloudClient.get(simulator, "/v1/credentials", "authorization", ROLE.containerToken());
    var json = CloudClient.json(response);
    assertGood(
        json.path("AccessKeyId").asString(),
        json.path("SecretAccessKey").asString(),
        json.path("Token").asString());
    assertThat(Instant.parse(json.path("Expiration").asString())).isAfter(Instant.now());
    assertThat(json.path("AccountId").asString()).isEqualTo("123456789012");
  }

  @Test
  void a_container_without_the_token_gets_none() {
    assertThat(CloudClient.get(simulator, "/v1/credentials").statusCode()).isEqualTo(400);
    var bearer = "Bearer " + ROLE.containerToken();
    var response = CloudClient.get(simulator, "/v1/credentials", "authorization", bearer);
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(simulator.keys().issued()).isZero();
  }

  @Test
  void a_web_identity_takes_on_its_role() {
    var xml = CloudClient.text(assume(Map.of()));
    assertThat(xml)
        .contains("<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/")
        .contains("<Arn>arn:aws:sts::123456789012:assumed-role/gateway/sluice</Arn>");
    assertGood(
        element(xml, "AccessKeyId"), element(xml, "SecretAccessKey"), element(xml, "SessionToken"));
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        arguments(Map.of("WebIdentityToken", "other"), 400, "InvalidIdentityToken"),
        arguments(Map.of("RoleArn", "arn:aws:iam::1:role/other"), 403, "AccessDenied"),
        arguments(Map.of("RoleSessionName", "a b"), 400, "ValidationError"),
        arguments(Map.of("Action", "AssumeRole"), 400, "InvalidAction"),
        arguments(Map.of("Version", "2010-01-01"), 400, "InvalidAction"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void a_web_identity_that_is_not_right_gets_none(
      Map<String, String> changes, int status, String code) {
    var response = assume(changes);
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(element(CloudClient.text(response), "Code")).isEqualTo(code);
    assertThat(simulator.keys().issued()).isZero();
  }

  private void assertGood(String id, String secret, String token) {
    var credential = AwsCredential.temporary(id, secret, token, Instant.MAX);
    var response =
        BedrockClient.of(simulator, credential)
            .post(BedrockClient.CLAUDE_PATH + "invoke", BedrockClient.invoke());
    assertThat(response.statusCode()).as(CloudClient.text(response)).isEqualTo(200);
  }

  private HttpResponse<byte[]> assume(Map<String, String> changes) {
    var fields = new LinkedHashMap<String, String>();
    fields.put("Action", "AssumeRoleWithWebIdentity");
    fields.put("Version", "2011-06-15");
    fields.put("RoleArn", ROLE.arn());
    fields.put("RoleSessionName", "sluice");
    fields.put("WebIdentityToken", ROLE.webIdentityToken());
    fields.putAll(changes);
    var form =
        fields.entrySet().stream()
            .map(field -> field.getKey() + "=" + encode(field.getValue()))
            .collect(Collectors.joining("&"));
    return CloudClient.post(
        simulator,
        "/",
        form.getBytes(StandardCharsets.UTF_8),
        "content-type",
        "application/x-www-form-urlencoded");
  }

  private static String encode(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static String element(String xml, String name) {
    var found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
    assertThat(found.find()).as(xml).isTrue();
    return found.group(1);
  }
}
