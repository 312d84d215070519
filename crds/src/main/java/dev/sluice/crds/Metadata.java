package dev.sluice.crds;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What names an object.
///
/// @param name lower-case letters, digits, `-` and `.`, at most 253 (DNS-1123)
/// @param namespace default `default`; a DNS-1123 label
/// @param labels default none; not used by the gateway
/// @param annotations default none; not used by the gateway
public record Metadata(
    String name,
    @Nullable String namespace,
    Map<String, String> labels,
    Map<String, String> annotations) {
  public Metadata {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }
}
