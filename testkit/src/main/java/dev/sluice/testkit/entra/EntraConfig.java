package dev.sluice.testkit.entra;

import java.time.Duration;

/// What a simulated Entra ID knows of one application.
///
/// @param workloadToken the token of a workload that the application trusts in place of its secret
/// @param lifetime of every token that it gives out
public record EntraConfig(
    String tenant,
    String clientId,
    String clientSecret,
    String workloadToken,
    String scope,
    Duration lifetime) {

  public static final EntraConfig STANDARD =
      new EntraConfig(
          "00000000-0000-4000-8000-00000000000a",
          "00000000-0000-4000-8000-00000000000b",
          "simulated~client~secret",
          "simulated.workload.token",
          "https://cognitiveservices.azure.com/.default",
          Duration.ofHours(1));

  /// Known by others of both.
  public EntraConfig withProofs(String secret, String token) {
    return new EntraConfig(tenant, clientId, secret, token, scope, lifetime);
  }

  public EntraConfig withScope(String value) {
    return new EntraConfig(tenant, clientId, clientSecret, workloadToken, value, lifetime);
  }

  public EntraConfig withLifetime(Duration value) {
    return new EntraConfig(tenant, clientId, clientSecret, workloadToken, scope, value);
  }
}
