package dev.sluice.compiler.manifest;

/// A file of manifests: YAML, several documents perhaps, or JSON.
///
/// @param path as problems name it
public record ManifestFile(String path, String text) {

  /// The path only: the text may hold secrets.
  @Override
  public String toString() {
    return "ManifestFile[" + path + "]";
  }
}
