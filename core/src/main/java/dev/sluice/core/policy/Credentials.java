package dev.sluice.core.policy;

import java.util.Map;

/// The providers' credentials, by [Upstream#credential()]: kept apart from the snapshot, so that
/// the snapshot holds no secret, and published only to Envoy over SDS.
public record Credentials(Map<String, String> values) {
  public Credentials {
    values = Map.copyOf(values);
  }

  /// Names only.
  @Override
  public String toString() {
    return "Credentials" + values.keySet();
  }
}
