package dev.sluice.core.preset;

import java.io.InputStream;
import java.net.URI;

/// A service that speaks a language of others, with what is needed to reach it.
///
/// All of them are in one JSON file, an object by name. `quirks` in it are the language's own to
/// read; `prices` names the section of the price data; `source` says where each fact is from, and
/// which ones nobody confirmed.
///
/// @param title as the service calls itself
/// @param endpoint what the language's paths are below
/// @param embeddings whether it makes embeddings there
public record Preset(
    String name, String title, URI endpoint, Credential credential, boolean embeddings) {

  private static final String FILE = "/dev/sluice/core/preset/presets.json";

  /// @param header in lower case
  /// @param prefix before the credential; empty without one
  public record Credential(String header, String prefix) {}

  /// The file with all of them; the caller closes it.
  public static InputStream file() {
    var file = Preset.class.getResourceAsStream(FILE);
    if (file == null) {
      throw new IllegalStateException("BUG: the resource " + FILE + " is missing");
    }
    return file;
  }
}
