package dev.sluice.xds.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.core.provider.Credential;
import dev.sluice.testkit.aws.AwsRole;
import dev.sluice.testkit.bedrock.BedrockConfig;
import dev.sluice.testkit.bedrock.BedrockSimulator;
import dev.sluice.testkit.billing.PriceTable;
import dev.sluice.testkit.cloud.Troubles.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Key pairs of a simulated region, by each way that AWS has for a workload.
class AwsTokensTest {

  private static final AwsRole ROLE = AwsRole.STANDARD;

  @TempDir private Path folder;
  private BedrockSimulator aws;

  @BeforeEach
  void start() {
    aws = BedrockSimulator.start(BedrockConfig.of(PriceTable.recorded(), "eu-central-1"));
  }

  @AfterEach
  void stop() {
    aws.close();
  }

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("file"), text);
  }

  private Map<String, String> webIdentity(Path file) {
    return Map.of(
        "AWS_ENDPOINT_URL_STS", aws.uri().toString(),
        "AWS_ROLE_ARN", ROLE.arn(),
        "AWS_WEB_IDENTITY_TOKEN_FILE", file.toString());
  }

  private Map<String, String> container(Path file) {
    return Map.of(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        aws.uri() + "/v1/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        file.toString());
  }

  private Map<String, String> machine() {
    return Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", aws.uri().toString());
  }

  private AccessToken fetch(Map<String, String> environment) throws Exception {
    var quiet = new HashMap<>(Map.of("AWS_SHARED_CREDENTIALS_FILE", "/nowhere"));
    quiet.putAll(environment);
    return new AwsTokens(quiet).fetch();
  }

  private static void assertTemporary(AccessToken token) {
    var pair = (Credential.AwsKeyPair) token.shown();
    assertThat(pair.accessKeyId()).startsWith("ASIASIMULATED");
    assertThat(pair.secretAccessKey()).startsWith("simulated/temporary/");
    assertThat(pair.sessionToken()).startsWith("IQoJb3JpZ2lu");
    assertThat(token.expiresAt())
        .isBetween(Instant.now().plusSeconds(3_500), Instant.now().plusSeconds(3_601));
    assertThat(pair.toString()).doesNotContain("secret", "IQoJ");
  }

  @Test
  void a_web_identity_is_changed_for_a_pair_and_its_file_is_read_each_time() throws Exception {
    var file = file(ROLE.webIdentityToken() + "\n");
    assertTemporary(fetch(webIdentity(file)));
    aws.identities().trust(ROLE.withTokens("x", "another.web.token"));
    assertThatThrownBy(() -> fetch(webIdentity(file)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("answered 400: InvalidIdentityToken The web identity token");
    file("another.web.token");
    assertTemporary(fetch(webIdentity(file)));
  }

  @Test
  void a_role_that_is_not_ours_is_told() throws Exception {
    var environment = new HashMap<>(webIdentity(file(ROLE.webIdentityToken())));
    environment.put("AWS_ROLE_ARN", "arn:aws:iam::1:role/other");
    assertThatThrownBy(() -> fetch(environment)).hasMessageContaining("answered 403: AccessDenied");
  }

  @Test
  void a_container_shows_the_token_of_its_file_as_it_is_now() throws Exception {
    var file = file(ROLE.containerToken());
    assertTemporary(fetch(container(file)));
    aws.identities().trust(ROLE.withTokens("another-token", "x"));
    assertThatThrownBy(() -> fetch(container(file)))
        .hasMessageContaining("answered 400: InvalidTokenException Unable to validate");
    file("another-token");
    assertTemporary(fetch(container(file)));
  }

  @Test
  void a_machine_has_the_role_of_its_profile() throws Exception {
    assertTemporary(fetch(machine()));
  }

  @Test
  void a_container_token_does_not_leave_the_machine_in_the_clear() throws Exception {
    var environment = new HashMap<>(container(file("secret")));
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://example.com/credentials");
    assertThatThrownBy(() -> fetch(environment))
        .hasMessageContaining("(expected: https, or an agent on this machine)");
  }

  @Test
  void a_token_that_is_none_is_not_told() throws Exception {
    var broken = file("half-a-secret\nand the rest");
    assertThatThrownBy(() -> fetch(container(broken)))
        .hasMessage("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: no token (expected: a line)");
  }

  @Test
  void a_pair_of_the_environment_comes_first_and_one_of_a_file_before_the_machine()
      throws Exception {
    var pair = Map.of("AWS_ACCESS_KEY_ID", "AKIA1", "AWS_SECRET_ACCESS_KEY", "s1");
    var all = new HashMap<>(webIdentity(file(ROLE.webIdentityToken())));
    all.putAll(pair);
    assertThat(fetch(all).shown()).isEqualTo(new Credential.AwsKeyPair("AKIA1", "s1", ""));
    var file =
        file(
            """
            [default]
            aws_access_key_id = AKIA2
            aws_secret_access_key = s2
            [ci]
            aws_access_key_id=AKIA3
            aws_secret_access_key=s=3
            aws_session_token = t3
            """);
    var filed = new HashMap<>(machine());
    filed.put("AWS_SHARED_CREDENTIALS_FILE", file.toString());
    assertThat(fetch(filed).shown()).isEqualTo(new Credential.AwsKeyPair("AKIA2", "s2", ""));
    filed.put("AWS_PROFILE", "ci");
    assertThat(fetch(filed).shown()).isEqualTo(new Credential.AwsKeyPair("AKIA3", "s=3", "t3"));
    filed.put("AWS_PROFILE", "other");
    assertTemporary(fetch(filed));
  }

  @Test
  void without_any_identity_the_log_says_what_is_looked_for() {
    assertThatThrownBy(() -> fetch(Map.of("AWS_EC2_METADATA_DISABLED", "true")))
        .hasMessageContaining("no identity of AWS (expected: a web identity");
  }

  @ParameterizedTest
  @CsvSource({
    "'',https://sts.amazonaws.com/",
    "eu-west-1,https://sts.eu-west-1.amazonaws.com/",
    "us-gov-west-1,https://sts.us-gov-west-1.amazonaws.com/",
    "cn-north-1,https://sts.cn-north-1.amazonaws.com.cn/"
  })
  void a_region_has_its_own_sts(String region, String endpoint) {
    var said = new AwsTokens.Environment(Map.of("AWS_REGION", region));
    assertThat(WebIdentity.endpoint(said)).hasToString(endpoint);
  }

  static List<Trouble> troubles() {
    return List.of(
        new Trouble.HangUp(),
        new Trouble.Page(200, "text/html", "<html>Welcome"),
        new Trouble.Page(200, "application/json", "{}"),
        new Trouble.Page(200, "application/json", "[1"),
        new Trouble.Page(200, "text/xml", "<a><AccessKeyId>A</AccessKeyId></a>"),
        new Trouble.Page(200, "text/xml", "<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///x'>]><a>&x;"),
        new Trouble.Page(500, "text/plain", ""),
        new Trouble.Page(503, "text/xml", "x".repeat(3 << 20)));
  }

  @ParameterizedTest
  @MethodSource("troubles")
  void whatever_comes_instead_of_a_pair_is_a_failure_that_passes(Trouble trouble) throws Exception {
    var file = folder.resolve("file");
    var all =
        Map.of(
            ROLE.webIdentityToken(),
            webIdentity(file),
            ROLE.containerToken(),
            container(file),
            "",
            machine());
    for (var one : all.entrySet()) {
      file(one.getKey());
      aws.identities().troubles().begin(trouble);
      assertThatThrownBy(() -> fetch(one.getValue()))
          .isInstanceOf(IOException.class)
          .message()
          .hasSizeLessThan(1_000)
          .doesNotContain("simulated");
      aws.identities().troubles().end();
      assertTemporary(fetch(one.getValue()));
    }
  }

  @Test
  void an_answer_that_does_not_end_is_not_waited_for() throws Exception {
    aws.identities().troubles().begin(new Trouble.Halt());
    long before = System.nanoTime();
    var environment = webIdentity(file(ROLE.webIdentityToken()));
    assertThatThrownBy(() -> fetch(environment)).hasMessageContaining("no answer within PT10S");
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
  }
}
