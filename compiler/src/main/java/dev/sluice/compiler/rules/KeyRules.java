package dev.sluice.compiler.rules;

import dev.sluice.compiler.manifest.Names;
import dev.sluice.compiler.route.RouteRules;
import dev.sluice.compiler.tools.GrantRules;
import dev.sluice.core.budget.Level;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.VirtualKey;
import dev.sluice.crds.schema.Text;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Checks a VirtualKey.
public final class KeyRules {

  private static final long WEIGHT_MAX = 1_000_000;

  private KeyRules() {}

  /// A plan that is valid where nothing was complained of, else null.
  public static @Nullable KeyPlan check(
      ObjectName name, VirtualKey.Spec spec, Complaints complaints) {
    var team = Values.reference(spec.team(), name.namespace(), "spec.team", complaints);
    Values.check(Text.LINE, spec.owner(), "spec.owner", complaints);
    var object = name.toString();
    var budgets = BudgetRules.check(spec.budgets(), Level.KEY, object, "spec.budgets", complaints);
    var plan =
        new KeyPlan(
            team,
            spec.owner(),
            spec.keySecretRef(),
            Boolean.TRUE.equals(spec.suspended()),
            Values.instant(spec.expiresAt(), "spec.expiresAt", complaints),
            grants(name, spec.providers(), complaints),
            BudgetRules.raised(budgets, spec.grants(), complaints),
            RateLimitRules.check(
                spec.rateLimits(), Level.KEY, object, "spec.rateLimits", complaints),
            BudgetRules.caps(spec.caps(), name.namespace() + "/key/" + name.name(), complaints),
            Values.aliases(spec.aliases(), "spec.aliases", complaints),
            Values.minOutputTokens(spec.minOutputTokens(), complaints),
            LadderRules.check(spec.degrade(), spec.budgets(), complaints),
            RouteRules.check(spec, complaints),
            Values.simplicity(spec.complexity(), complaints),
            GrantRules.check(name, spec.mcp(), complaints));
    return complaints.problems().isEmpty() ? plan : null;
  }

  private static List<Grant> grants(
      ObjectName key, List<VirtualKey.ProviderGrant> specs, Complaints complaints) {
    var grants = new ArrayList<Grant>();
    var providers = new HashSet<ObjectName>();
    for (int i = 0; i < specs.size(); i++) {
      var spec = specs.get(i);
      var at = "spec.providers[" + i + "]";
      var provider = provider(key, spec, at, complaints);
      if (!providers.add(provider)) {
        complaints.unexpected(at + ".name", spec.name(), "each provider once");
      }
      var patterns = spec.models();
      var models =
          patterns == null ? Globs.ALL : Values.globs(patterns, at + ".models", complaints);
      boolean own = provider.namespace().equals(key.namespace());
      var owner = key + "/" + (own ? provider.name() : provider);
      var budgets =
          BudgetRules.check(
              spec.budgets(), Level.PROVIDER_CONFIG, owner, at + ".budgets", complaints);
      var rateLimits =
          RateLimitRules.check(
              spec.rateLimits(), Level.PROVIDER_CONFIG, owner, at + ".rateLimits", complaints);
      grants.add(
          new Grant(provider, weight(spec.weight(), at, complaints), models, budgets, rateLimits));
    }
    return grants;
  }

  private static long weight(@Nullable Long weight, String at, Complaints complaints) {
    if (weight == null) {
      return 1;
    }
    Values.within(0, weight, WEIGHT_MAX, at + ".weight", complaints);
    return weight;
  }

  private static ObjectName provider(
      ObjectName key, VirtualKey.ProviderGrant spec, String at, Complaints complaints) {
    var namespace = spec.namespace() == null ? key.namespace() : spec.namespace();
    if (!Names.label(namespace)) {
      complaints.unexpected(at + ".namespace", namespace, Names.LABEL_EXPECTED);
    }
    return new ObjectName(namespace, spec.name());
  }
}
