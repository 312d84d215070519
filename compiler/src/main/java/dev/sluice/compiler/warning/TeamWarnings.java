package dev.sluice.compiler.warning;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.TeamPlan;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import java.util.Map;
import java.util.Set;

/// Finds what a team's manifest says for keys of which none can ever use it: a provider that is not
/// there, and a tier or an alias that leads to a model that no provider has.
///
/// @param written the names of all Providers, good and bad
public record TeamWarnings(
    TeamPlan plan,
    Map<ObjectName, Upstream> upstreams,
    Set<ObjectName> written,
    Complaints warnings) {

  public void find() {
    plan.tiers().forEach((tier, to) -> target("spec.tiers." + tier.word(), to));
    plan.aliases().forEach((_, to) -> target("spec.aliases", to));
    var allowed = plan.reach().providers();
    if (allowed != null) {
      allowed.stream()
          .filter(provider -> !written.contains(provider))
          .forEach(
              provider ->
                  warnings.vain(
                      "spec.providers.allow", provider.label(), "there is no such Provider"));
    }
  }

  private void target(String field, String to) {
    if (upstreams.values().stream().allMatch(upstream -> upstream.model(to) == null)) {
      warnings.vain(field, to, "no provider has such a model");
    }
  }
}
