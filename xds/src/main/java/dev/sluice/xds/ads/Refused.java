package dev.sluice.xds.ads;

import java.util.Set;

/// A NACK.
///
/// @param type of the resources
/// @param names of those in the refused response that Envoy did not have before
/// @param text Envoy's; it can hold a secret
record Refused(String type, Set<String> names, String text) {
  Refused {
    names = Set.copyOf(names);
  }

  /// Without the text.
  @Override
  public String toString() {
    return "Refused" + names;
  }
}
