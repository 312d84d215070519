package dev.sluice.testkit.google;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A signed JWT by which a service account asks for a token.
@SuppressWarnings("ArrayRecordComponent") // Read once, and never compared.
record Assertion(JsonNode header, JsonNode claims, String signed, byte[] signature) {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration LIFETIME_MAX = Duration.ofHours(1);
  private static final Duration SKEW_MAX = Duration.ofMinutes(5);
  private static final Set<String> SCOPES =
      Set.of(
          "https://www.googleapis.com/auth/cloud-platform",
          "https://www.googleapis.com/auth/aiplatform");

  /// What is refused, and in which words.
  record Problem(String error, String description) {}

  static Optional<Assertion> parse(String jwt) {
    var parts = jwt.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      var decoder = Base64.getUrlDecoder();
      return Optional.of(
          new Assertion(
              JSON.readTree(decoder.decode(parts[0])),
              JSON.readTree(decoder.decode(parts[1])),
              parts[0] + "." + parts[1],
              decoder.decode(parts[2])));
    } catch (IllegalArgumentException | JacksonException _) {
      return Optional.empty();
    }
  }

  /// Empty where a token is due.
  Optional<Problem> problem(ServiceAccount account, List<String> audiences, Instant now) {
    if (!claims.path("iss").asString("").equals(account.email())) {
      return refused("invalid_grant", "Invalid grant: account not found");
    }
    var kid = header.path("kid").asString(account.keyId());
    var known = header.path("alg").asString("").equals("RS256") && kid.equals(account.keyId());
    if (!known || !verifies(account.keys().getPublic())) {
      return refused("invalid_grant", "Invalid JWT Signature.");
    }
    if (!audiences.contains(claims.path("aud").asString(""))) {
      return refused(
          "invalid_grant",
          "Invalid JWT: Failed audience check. The right audience is " + audiences.getFirst());
    }
    if (!isTimely(now)) {
      return refused(
          "invalid_grant",
          "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable"
              + " timeframe. Check your iat and exp values in the JWT claim.");
    }
    var asked = List.of(claims.path("scope").asString("").split(" ", -1));
    return asked.stream().anyMatch(SCOPES::contains)
        ? Optional.empty()
        : refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.");
  }

  private boolean isTimely(Instant now) {
    if (!claims.path("iat").isIntegralNumber() || !claims.path("exp").isIntegralNumber()) {
      return false;
    }
    var begins = Instant.ofEpochSecond(claims.path("iat").asLong());
    var ends = Instant.ofEpochSecond(claims.path("exp").asLong());
    return !begins.isAfter(now.plus(SKEW_MAX))
        && ends.isAfter(now.minus(SKEW_MAX))
        && !ends.isAfter(begins.plus(LIFETIME_MAX));
  }

  private boolean verifies(PublicKey key) {
    try {
      var verifier = Signature.getInstance("SHA256withRSA");
      verifier.initVerify(key);
      verifier.update(signed.getBytes(StandardCharsets.US_ASCII));
      return verifier.verify(signature);
    } catch (GeneralSecurityException _) {
      return false;
    }
  }

  private static Optional<Problem> refused(String error, String description) {
    return Optional.of(new Problem(error, description));
  }
}
