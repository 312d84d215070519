package dev.sluice.testkit.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.sluice.testkit.cloud.CloudRefusedException;
import dev.sluice.testkit.http.Header;
import dev.sluice.testkit.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// AWS's own signing vectors, and every rule of a signature broken once.
class SignatureVerifierTest {

  private static final Instant NOW = Instant.parse("2015-08-30T12:36:00Z");
  private static final String KEY = "AKIDEXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final String TOKEN =
      "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";
  private static final String VANILLA =
      "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
  private static final String SCOPE = "AKIDEXAMPLE/20150830/us-east-1/service/aws4_request";
  private static final String UNRESERVED =
      "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  static Stream<Arguments> vectors() {
    return Stream.of(
        vector("GET", "/", "", VANILLA),
        vector("GET", "/./", "", VANILLA),
        vector("POST", "/", "", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"),
        vector(
            "GET",
            "/\u1234",
            "",
            "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
        vector(
            "GET",
            "/?\u1234=bar",
            "",
            "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
        vector(
            "GET",
            "/?Param2=value2&Param1=value1",
            "",
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        vector(
            "GET",
            "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
            "",
            "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"),
        vector(
            "GET",
            "/?" + UNRESERVED + "=" + UNRESERVED,
            "",
            "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
        vector(
            "GET",
            "/",
            "",
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
            "My-Header1: value1",
            "My-Header2: \"a   b   c\""),
        vector(
            "GET",
            "/",
            "",
            "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
            "My-Header1: value2",
            "My-Header1: value2",
            "My-Header1: value1"),
        vector(
            "POST",
            "/",
            "Param1=value1",
            "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
            "Content-Type: application/x-www-form-urlencoded",
            "Content-Length: 13",
            "x-amz-content-sha256:"
                + " 9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"));
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void accepts_what_the_signing_test_suite_signed(HttpRequest request) {
    assertThat(verifier(NOW).verify(request)).isEqualTo(KEY);
  }

  @Test
  void accepts_a_temporary_key_with_its_token_until_it_expires() {
    var signature = "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8";
    var request = request("GET", "/", "", signature, "X-Amz-Security-Token: " + TOKEN);
    assertThat(temporary(NOW.plusSeconds(1)).verify(request)).isEqualTo(KEY);
    assertRefused(temporary(NOW), request, "ExpiredTokenException", "is expired");
    var other = request("GET", "/", "", signature, "X-Amz-Security-Token: other");
    assertRefused(temporary(NOW.plusSeconds(1)), other, "UnrecognizedClientException", "invalid");
    assertRefused(verifier(NOW), request, "UnrecognizedClientException", "is invalid.");
  }

  @Test
  void refuses_a_signature_that_is_of_another_request() {
    var changed = request("GET", "/?a=b", "", VANILLA);
    assertRefused(verifier(NOW), changed, "InvalidSignatureException", "signature we calculated");
  }

  @Test
  void refuses_a_body_that_is_not_the_signed_one() {
    var changed = request("GET", "/", "{}", VANILLA);
    assertRefused(verifier(NOW), changed, "InvalidSignatureException", "signature we calculated");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"})
  void refuses_a_payload_that_is_not_signed(String hash) {
    var unsigned = request("POST", "/", "{}", VANILLA, "x-amz-content-sha256: " + hash);
    assertRefused(verifier(NOW), unsigned, "InvalidSignatureException", "signature we calculated");
  }

  @Test
  void allows_five_minutes_between_the_clocks() {
    var request = request("GET", "/", "", VANILLA);
    var five = Duration.ofMinutes(5);
    assertThat(verifier(NOW.plus(five)).verify(request)).isEqualTo(KEY);
    assertThat(verifier(NOW.minus(five)).verify(request)).isEqualTo(KEY);
    assertRefused(
        verifier(NOW.plus(five).plusSeconds(1)),
        request,
        "InvalidSignatureException",
        "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z"
            + " (20150830T124101Z - 5 min.)");
    assertRefused(
        verifier(NOW.minus(five).minusSeconds(1)),
        request,
        "InvalidSignatureException",
        "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z"
            + " (20150830T123059Z + 5 min.)");
  }

  static Stream<Arguments> broken() {
    var unsigned = "host;x-amz-date";
    return Stream.of(
        arguments(unsigned, SCOPE.replace(KEY, "AKIDOTHER"), "UnrecognizedClient", "is invalid."),
        arguments(unsigned, SCOPE.replace("us-east-1", "eu-west-1"), "InvalidSig", "valid region"),
        arguments(unsigned, SCOPE.replace("/service/", "/s3/"), "InvalidSig", "service: 'service'"),
        arguments(
            unsigned, SCOPE.replace("0830", "0829"), "InvalidSig", "'20150829' != '20150830'"),
        arguments(unsigned, "AKIDEXAMPLE/20150830", "IncompleteSig", "exactly 5 slash-delimited"),
        arguments("x-amz-date", SCOPE, "InvalidSig", "'Host' or ':authority' must be"),
        arguments("host", SCOPE, "InvalidSig", "'x-amz-date' must be a 'SignedHeader'"),
        arguments("x-amz-date;host", SCOPE, "InvalidSig", "signature we calculated"));
  }

  @ParameterizedTest
  @MethodSource("broken")
  void refuses_a_header_that_breaks_a_rule(
      String signed, String credential, String type, String message) {
    var value = authorization(credential, signed, VANILLA);
    var request = request("GET", "/", "", List.of("Authorization: " + value));
    assertRefused(verifier(NOW), request, type, message);
  }

  @Test
  void refuses_what_is_not_signed_or_not_dated() {
    var none = request("GET", "/", "", List.of());
    assertRefused(verifier(NOW), none, "MissingAuthenticationToken", "Missing Authentication");
    var half = request("GET", "/", "", List.of("Authorization: AWS4-HMAC-SHA256 Credential=a"));
    assertRefused(verifier(NOW), half, "IncompleteSig", "requires 'Signature' parameter.");
    var undated =
        new HttpRequest(
            "GET",
            "/",
            List.of(
                new Header("host", "example.amazonaws.com"),
                new Header("authorization", authorization(SCOPE, "host", VANILLA))),
            new byte[0]);
    assertRefused(verifier(NOW), undated, "IncompleteSig", "requires existence of either");
  }

  private static void assertRefused(
      SignatureVerifier verifier, HttpRequest request, String type, String message) {
    assertThatThrownBy(() -> verifier.verify(request))
        .isInstanceOfSatisfying(
            CloudRefusedException.class,
            refusal -> {
              assertThat(refusal.status()).isIn(400, 403);
              assertThat(refusal.type()).startsWith(type);
              assertThat(refusal.text()).contains(message);
            });
  }

  private static SignatureVerifier verifier(Instant now) {
    return verifier(AwsCredential.lasting(KEY, SECRET), now);
  }

  private static SignatureVerifier temporary(Instant expires) {
    return verifier(AwsCredential.temporary(KEY, SECRET, TOKEN, expires), NOW);
  }

  private static SignatureVerifier verifier(AwsCredential credential, Instant now) {
    var clock = InstantSource.fixed(now);
    var keys = new KeyRing(List.of(credential), clock, Duration.ofHours(1));
    return new SignatureVerifier("us-east-1", "service", keys, clock);
  }

  private static Arguments vector(
      String method, String target, String body, String signature, String... headers) {
    return arguments(request(method, target, body, signature, headers));
  }

  private static HttpRequest request(
      String method, String target, String body, String signature, String... headers) {
    var signed =
        Stream.concat(Stream.of("host", "x-amz-date"), Arrays.stream(headers).map(h -> name(h)))
            .map(String::toLowerCase)
            .distinct()
            .sorted()
            .toList();
    var lines = new ArrayList<>(List.of(headers));
    lines.add("Authorization: " + authorization(SCOPE, String.join(";", signed), signature));
    return request(method, target, body, lines);
  }

  private static HttpRequest request(
      String method, String target, String body, List<String> lines) {
    var headers = new ArrayList<Header>();
    headers.add(new Header("Host", "example.amazonaws.com"));
    headers.add(new Header("X-Amz-Date", "20150830T123600Z"));
    lines.forEach(line -> headers.add(new Header(name(line), line.split(": ", 2)[1])));
    // As a server reads a request line: byte by byte.
    var read = new String(target.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return new HttpRequest(method, read, headers, body.getBytes(StandardCharsets.UTF_8));
  }

  private static String name(String line) {
    return line.split(": ", 2)[0];
  }

  private static String authorization(String credential, String signed, String signature) {
    return "AWS4-HMAC-SHA256 Credential=%s, SignedHeaders=%s, Signature=%s"
        .formatted(credential, signed, signature);
  }
}
