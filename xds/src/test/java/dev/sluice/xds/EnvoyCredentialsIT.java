package dev.sluice.xds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.provider.Credential;
import dev.sluice.core.provider.Credentials;
import dev.sluice.core.provider.Service;
import dev.sluice.core.provider.Service.Authentication;
import dev.sluice.core.provider.Service.Door;
import dev.sluice.core.provider.Service.Language;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a real Envoy makes of a provider's credential, and to whom it shows it.
class EnvoyCredentialsIT {

  private static final Credential.AwsKeyPair PAIR =
      new Credential.AwsKeyPair("AKIAOFATEST", "secret-of-the-pair", "token-of-the-pair");

  private static TestUpstream upstream;
  private static RunningEnvoy envoy;

  @BeforeAll
  static void start() throws Exception {
    upstream = new TestUpstream();
    var endpoint = "http://127.0.0.1:" + upstream.port();
    var one = Samples.upstream("one", endpoint);
    var signature = new Authentication.Signature("eu-central-1");
    var bedrock = new Service(Language.BEDROCK, "", new Door.Own(), signature);
    var signed = Samples.upstream("signed", endpoint, bedrock);
    var credentials =
        new Credentials(
            Map.of(
                one.accounts().getFirst().credential(),
                new Credential.Value("value-in-a-header"),
                signed.accounts().getFirst().credential(),
                PAIR));
    var trust = new TrustStore(Path.of("/etc/ssl/certs/ca-certificates.crt"));
    envoy = new RunningEnvoy(XdsResources.of(Samples.snapshot(one, signed), credentials, trust));
  }

  @AfterAll
  static void stop() throws Exception {
    envoy.close();
    upstream.close();
  }

  @AfterEach
  void forget() {
    upstream.requests.clear();
  }

  /// The digest is over the whole body, and the signature over the headers as the provider sees
  /// them.
  @ParameterizedTest
  @ValueSource(ints = {10, 60_000, 1_000_000, 20_000_000})
  void signs_a_request_as_the_last_step(int bytes) throws Exception {
    var body = new byte[bytes];
    Arrays.fill(body, (byte) 'x');
    upstream.answer("/model/m/invoke", Answers.json(200, "{}"));
    var headers =
        Map.of(
            "x-claude-code-test", "default/signed",
            "authorization", "Bearer sk-slc-1",
            "x-amz-security-token", "of-the-client",
            "anthropic-beta", "one");
    try (var client = envoy.client()) {
      client.post("/model/m/invoke", headers, body);
      assertThat(client.answer().status()).isEqualTo(200);
    }
    var request = upstream.requests.remove();
    assertThat(request.headers().get("authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=AKIAOFATEST/")
        .contains("/eu-central-1/bedrock/aws4_request")
        .contains("host;")
        .doesNotContain("x-sluice", "x-claude");
    assertThat(request.headers().get("x-amz-security-token")).isEqualTo("token-of-the-pair");
    assertThat(request.headers().get("x-amz-content-sha256")).isEqualTo(sha256(body));
    assertThat(request.headers().get("host")).isEqualTo("127.0.0.1:" + upstream.port());
    assertThat(request.headers().get("anthropic-beta")).isNull();
    assertThat(request.body()).hasSize(bytes);
  }

  @Test
  void shows_no_secret_in_a_dump_of_its_configuration() throws Exception {
    var dump = envoy.admin("/config_dump?include_eds");
    assertThat(dump).contains("aws_request_signing", "credential/default/one/main");
    assertThat(dump).doesNotContain("secret-of-the-pair", "token-of-the-pair", "value-in-a-header");
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
