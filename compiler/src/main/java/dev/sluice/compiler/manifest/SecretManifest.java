package dev.sluice.compiler.manifest;

import dev.sluice.crds.Metadata;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A core Secret as it is written.
record SecretManifest(
    Metadata metadata,
    @Nullable String type,
    Map<String, String> data,
    Map<String, String> stringData,
    @Nullable Boolean immutable) {

  /// Without the values.
  @Override
  public String toString() {
    return "SecretManifest[" + metadata.name() + "]";
  }
}
