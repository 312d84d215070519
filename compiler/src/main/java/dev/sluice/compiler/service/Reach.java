package dev.sluice.compiler.service;

import dev.sluice.compiler.rules.ProviderPlan;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.TeamOfKey.Withheld;
import dev.sluice.core.provider.Service.Language;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where requests of a team's keys may go.
///
/// @param providers null where the team does not limit them
/// @param regions null where the team does not limit them
public record Reach(@Nullable Set<ObjectName> providers, @Nullable Set<String> regions) {

  /// What of a provider is out of reach; empty where all of it is allowed.
  public Stream<Withheld> withheld(ObjectName name, ProviderPlan plan) {
    if (providers != null && !providers.contains(name)) {
      return Stream.of(new Withheld.Unlisted(name));
    }
    if (regions == null) {
      return Stream.of();
    }
    var sorted = List.copyOf(new TreeSet<>(regions));
    if (plan.region() == null || !regions.contains(plan.region())) {
      return Stream.of(new Withheld.Elsewhere(name, plan.region(), sorted));
    }
    var leaving = plan.models().values().stream().filter(model -> !reaches(plan, model));
    var models = leaving.map(Model::name).toList();
    return models.isEmpty() ? Stream.of() : Stream.of(new Withheld.Leaving(name, models, sorted));
  }

  private boolean reaches(ProviderPlan plan, Model model) {
    return regions == null
        || plan.service().language() != Language.BEDROCK
        || Regions.stays(model.upstreamName(), regions);
  }
}
