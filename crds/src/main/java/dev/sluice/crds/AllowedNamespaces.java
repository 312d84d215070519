package dev.sluice.crds;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The namespaces whose objects may refer to this one.
///
/// @param from default `Same`
/// @param selector required with `Selector`, else a conflict
public record AllowedNamespaces(@Nullable From from, @Nullable Selector selector) {

  /// Where references may come from. The constants are spelled as in manifests.
  public enum From {
    Same,
    All,
    Selector
  }

  /// Selects namespaces by their labels.
  ///
  /// @param matchLabels labels that a namespace must have, all of them; default none: every one
  public record Selector(Map<String, String> matchLabels) {
    public Selector {
      matchLabels = Map.copyOf(matchLabels);
    }
  }
}
