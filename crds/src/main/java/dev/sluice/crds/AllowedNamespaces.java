package dev.sluice.crds;

import dev.sluice.crds.schema.Is;
import dev.sluice.crds.schema.Items;
import dev.sluice.crds.schema.Rule;
import dev.sluice.crds.schema.Text;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The namespaces whose objects may refer to this one.
///
/// @param from `Same`, `All` or `Selector`; default `Same`
/// @param selector required with `Selector`, not allowed without it; default none
@Rule(
    check = "(has(self.from) && self.from == 'Selector') == has(self.selector)",
    message = "selector is required with from: Selector, and stands beside no other",
    at = ".selector")
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
  public record Selector(@Items(max = 16) Map<String, @Is(Text.LABEL_VALUE) String> matchLabels) {
    public Selector {
      matchLabels = Map.copyOf(matchLabels);
    }
  }
}
