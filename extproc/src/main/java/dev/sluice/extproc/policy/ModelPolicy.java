package dev.sluice.extproc.policy;

import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import org.jspecify.annotations.Nullable;

/// Which names a key may ask for.
public final class ModelPolicy {

  private ModelPolicy() {}

  /// The model, or `provider/model`, that the asked name stands for.
  public static String resolve(KeyPolicy key, String asked) {
    var alias = key.aliases().get(asked);
    return alias == null ? asked : alias;
  }

  /// Whether the key's teams and this grant of it allow the model; `model` is the canonical name.
  public static boolean allows(KeyPolicy key, Grant grant, String model) {
    return hindrance(key, grant, model) == null;
  }

  /// The list that stops the model: the grant's, else the first of the teams' from the key's own to
  /// the root; null where all of them let it pass.
  public static @Nullable Globs hindrance(KeyPolicy key, Grant grant, String model) {
    if (!grant.models().matches(model)) {
      return grant.models();
    }
    for (var globs : key.models()) {
      if (!globs.matches(model)) {
        return globs;
      }
    }
    return null;
  }
}
