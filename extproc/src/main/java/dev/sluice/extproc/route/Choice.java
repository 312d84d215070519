package dev.sluice.extproc.route;

import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Routing.Tier;
import dev.sluice.extproc.policy.ModelPolicy;

/// Which model, or `provider/model`, a request is sent to, and what decided it.
public sealed interface Choice {

  String target();

  /// A rule of the key names it.
  ///
  /// @param place of the rule, from 0
  record ByRule(int place, String target) implements Choice {}

  /// The key, or a team, names it for the tier of the asked model.
  record ByTier(Tier tier, String target) implements Choice {}

  /// What is asked, once its alias is resolved.
  record AsAsked(String target) implements Choice {}

  /// The first rule that matches; else the model of the tier; else what is asked. What names its
  /// provider, and what is an alias, says which model it means: no tier replaces that. Embeddings
  /// are of the asked model: those of two models cannot be compared.
  static Choice of(KeyPolicy key, Asking asking) {
    var asked = asking.request().model();
    var name = ModelPolicy.resolve(key, asked);
    if (asking.request().kind() == Model.Kind.EMBEDDING) {
      return new AsAsked(name);
    }
    var rules = key.routing().rules();
    for (int i = 0; i < rules.size(); i++) {
      if (Matches.mismatch(key.routing(), rules.get(i).match(), name, asking) == null) {
        return new ByRule(i, rules.get(i).to());
      }
    }
    if (!key.routing().tiers().isEmpty() && name.equals(asked) && name.indexOf('/') < 0) {
      var tier = Tier.of(name);
      var to = tier == null ? null : key.routing().tiers().get(tier);
      if (tier != null && to != null) {
        return new ByTier(tier, to);
      }
    }
    return new AsAsked(name);
  }
}
