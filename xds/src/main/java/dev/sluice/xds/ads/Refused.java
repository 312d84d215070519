package dev.sluice.xds.ads;

import java.util.Map;
import java.util.Set;

/// A NACK.
///
/// @param type of the resources
/// @param versions by name, of those in the refused response that Envoy did not have before
/// @param text Envoy's; it can hold a secret
record Refused(String type, Map<String, String> versions, String text) {
  Refused {
    versions = Map.copyOf(versions);
  }

  Set<String> names() {
    return versions.keySet();
  }

  /// Without the text.
  @Override
  public String toString() {
    return "Refused" + names();
  }
}
