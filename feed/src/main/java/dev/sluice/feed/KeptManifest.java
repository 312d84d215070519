package dev.sluice.feed;

/// The manifest of an object's last good version, whose present one is bad.
public record KeptManifest(String kind, String namespace, String name, String manifest) {

  /// Without the manifest: it is somebody's content.
  @Override
  public String toString() {
    return kind + " " + namespace + "/" + name;
  }
}
