package dev.sluice.testkit.aws;

import java.time.Duration;

/// A role that a workload takes on, by a token that its platform gave it.
///
/// @param containerToken what stands in the file of a container's authorization token
/// @param webIdentityToken what stands in the file of a web identity token
/// @param lifetime of every key that is given out for it
public record AwsRole(
    String arn, String containerToken, String webIdentityToken, Duration lifetime) {

  public static final AwsRole STANDARD =
      new AwsRole(
          "arn:aws:iam::123456789012:role/gateway",
          "simulated-container-token",
          "simulated.web-identity.token",
          Duration.ofHours(1));

  public AwsRole withLifetime(Duration value) {
    return new AwsRole(arn, containerToken, webIdentityToken, value);
  }

  /// Known by other tokens.
  public AwsRole withTokens(String container, String webIdentity) {
    return new AwsRole(arn, container, webIdentity, lifetime);
  }

  String account() {
    return arn.split(":", -1)[4];
  }

  String name() {
    return arn.substring(arn.lastIndexOf('/') + 1);
  }
}
