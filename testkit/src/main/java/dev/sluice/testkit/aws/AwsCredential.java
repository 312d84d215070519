package dev.sluice.testkit.aws;

import java.time.Instant;
import java.util.Optional;

/// A key pair that a service knows; with a session token it is temporary.
public record AwsCredential(
    String accessKeyId, String secretAccessKey, Optional<String> sessionToken, Instant expires) {

  /// A user's key pair, which does not expire.
  public static AwsCredential lasting(String accessKeyId, String secretAccessKey) {
    return new AwsCredential(accessKeyId, secretAccessKey, Optional.empty(), Instant.MAX);
  }

  public static AwsCredential temporary(
      String accessKeyId, String secretAccessKey, String sessionToken, Instant expires) {
    return new AwsCredential(accessKeyId, secretAccessKey, Optional.of(sessionToken), expires);
  }

  @Override
  public String toString() {
    return "AwsCredential[" + accessKeyId + "]";
  }
}
