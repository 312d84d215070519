package dev.sluice.testkit.aws;

import dev.sluice.testkit.cloud.CloudRefusedException;
import dev.sluice.testkit.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/// Verifies Signature Version 4 of incoming requests, as a service of one region does.
public record SignatureVerifier(String region, String service, KeyRing keys, InstantSource clock) {

  private static final Duration SKEW_MAX = Duration.ofMinutes(5);
  private static final String CONTENT_HASH = "x-amz-content-sha256";
  private static final DateTimeFormatter BASIC =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /// The access key id of whoever signed; refuses what is not signed, or not rightly.
  public String verify(HttpRequest request) {
    var header =
        request
            .header("authorization")
            .orElseThrow(
                () ->
                    new CloudRefusedException(
                        403,
                        "MissingAuthenticationTokenException",
                        "Missing Authentication Token"));
    var authorization = Authorization.parse(header);
    var credential = known(authorization);
    checkToken(request, credential);
    checkSignedHeaders(request, authorization.signedHeaders());
    checkDate(request, authorization);
    checkScope(authorization);
    checkContentHash(request);
    checkSignature(request, authorization, credential);
    return authorization.accessKeyId();
  }

  private AwsCredential known(Authorization authorization) {
    return keys.find(authorization.accessKeyId()).orElseThrow(SignatureVerifier::unrecognized);
  }

  private void checkToken(HttpRequest request, AwsCredential credential) {
    if (!request.header("x-amz-security-token").equals(credential.sessionToken())) {
      throw unrecognized();
    }
    if (!clock.instant().isBefore(credential.expires())) {
      throw new CloudRefusedException(
          403, "ExpiredTokenException", "The security token included in the request is expired");
    }
  }

  private static void checkSignedHeaders(HttpRequest request, List<String> signed) {
    if (!signed.equals(signed.stream().sorted().distinct().toList())) {
      throw mismatch();
    }
    ensure(
        signed.contains("host"),
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    for (var header : request.headers()) {
      var name = header.name().toLowerCase(Locale.ROOT);
      ensure(
          !name.startsWith("x-amz-") || signed.contains(name),
          "'%s' must be a 'SignedHeader' in the AWS Authorization.".formatted(name));
    }
  }

  private void checkDate(HttpRequest request, Authorization authorization) {
    var text = request.header("x-amz-date").orElseThrow(SignatureVerifier::undated);
    var signed = parse(text);
    var now = clock.instant();
    ensure(
        !signed.isBefore(now.minus(SKEW_MAX)),
        "Signature expired: %s is now earlier than %s (%s - %d min.)"
            .formatted(
                text, BASIC.format(now.minus(SKEW_MAX)), BASIC.format(now), SKEW_MAX.toMinutes()));
    ensure(
        !signed.isAfter(now.plus(SKEW_MAX)),
        "Signature not yet current: %s is still later than %s (%s + %d min.)"
            .formatted(
                text, BASIC.format(now.plus(SKEW_MAX)), BASIC.format(now), SKEW_MAX.toMinutes()));
    ensure(
        text.startsWith(authorization.date() + "T"),
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from"
            + " HTTP: '%s' != '%s', from '%s'."
                .formatted(authorization.date(), text.substring(0, 8), text));
  }

  private static Instant parse(String date) {
    try {
      return BASIC.parse(date, Instant::from);
    } catch (DateTimeException _) {
      throw new CloudRefusedException(
          400,
          "IncompleteSignatureException",
          "Date must be in ISO-8601 'basic format'. Got '%s'. See".formatted(date)
              + " http://en.wikipedia.org/wiki/ISO_8601");
    }
  }

  private static CloudRefusedException undated() {
    return new CloudRefusedException(
        400,
        "IncompleteSignatureException",
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }

  private void checkScope(Authorization authorization) {
    ensure(
        authorization.region().equals(region), "Credential should be scoped to a valid region. ");
    ensure(
        authorization.service().equals(service),
        "Credential should be scoped to correct service: '%s'. ".formatted(service));
  }

  /// The body is signed, and nothing else in its place: not `UNSIGNED-PAYLOAD` either.
  private static void checkContentHash(HttpRequest request) {
    var hash = Hashes.hex(Hashes.sha256(request.body()));
    if (request.header(CONTENT_HASH).filter(told -> !told.equals(hash)).isPresent()) {
      throw mismatch();
    }
  }

  private static void checkSignature(
      HttpRequest request, Authorization authorization, AwsCredential credential) {
    var canonical = CanonicalRequest.of(request, authorization.signedHeaders());
    var toSign =
        String.join(
            "\n",
            Authorization.ALGORITHM,
            request.header("x-amz-date").orElse(""),
            authorization.scope(),
            Hashes.hex(Hashes.sha256(canonical.getBytes(StandardCharsets.UTF_8))));
    var key = ("AWS4" + credential.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
    for (var part : authorization.scope().split("/", -1)) {
      key = Hashes.hmac(key, part);
    }
    var expected = Hashes.hmac(key, toSign);
    var given = authorization.signature().getBytes(StandardCharsets.UTF_8);
    if (!MessageDigest.isEqual(Hashes.hex(expected).getBytes(StandardCharsets.UTF_8), given)) {
      throw mismatch();
    }
  }

  private static void ensure(boolean holds, String problem) {
    if (!holds) {
      throw new CloudRefusedException(403, "InvalidSignatureException", problem);
    }
  }

  private static CloudRefusedException mismatch() {
    return new CloudRefusedException(
        403,
        "InvalidSignatureException",
        "The request signature we calculated does not match the signature you provided. Check"
            + " your AWS Secret Access Key and signing method. Consult the service"
            + " documentation for details.");
  }

  private static CloudRefusedException unrecognized() {
    return new CloudRefusedException(
        403,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.");
  }
}
