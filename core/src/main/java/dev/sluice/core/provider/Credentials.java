package dev.sluice.core.provider;

import java.util.Map;

/// The providers' credentials, by the names that their [dev.sluice.core.policy.Upstream.Account]s
/// have: kept apart from the snapshot, so that the snapshot holds no secret, and published only to
/// Envoy over SDS.
public record Credentials(Map<String, Credential> values) {
  public Credentials {
    values = Map.copyOf(values);
  }

  /// Names only.
  @Override
  public String toString() {
    return "Credentials" + values.keySet();
  }
}
