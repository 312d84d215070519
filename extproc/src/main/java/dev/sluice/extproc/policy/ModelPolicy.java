package dev.sluice.extproc.policy;

import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;

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
    return grant.models().matches(model)
        && key.models().stream().allMatch(globs -> globs.matches(model));
  }
}
