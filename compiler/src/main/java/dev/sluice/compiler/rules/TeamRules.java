package dev.sluice.compiler.rules;

import dev.sluice.compiler.service.Reach;
import dev.sluice.compiler.tools.GrantRules;
import dev.sluice.core.budget.Level;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.crds.Team;
import dev.sluice.crds.schema.Text;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Checks a Team.
public final class TeamRules {

  private TeamRules() {}

  /// A plan that is valid where nothing was complained of, else null.
  public static @Nullable TeamPlan check(ObjectName name, Team.Spec spec, Complaints complaints) {
    var parent = Values.reference(spec.parent(), name.namespace(), "spec.parent", complaints);
    var owner = name.toString();
    var plan =
        new TeamPlan(
            parent,
            BudgetRules.check(spec.budgets(), Level.TEAM, owner, "spec.budgets", complaints),
            RateLimitRules.check(
                spec.rateLimits(), Level.TEAM, owner, "spec.rateLimits", complaints),
            BudgetRules.caps(spec.caps(), name.namespace() + "/team/" + name.name(), complaints),
            models(spec.models(), complaints),
            Values.aliases(spec.aliases(), "spec.aliases", complaints),
            Values.minOutputTokens(spec.minOutputTokens(), complaints),
            LadderRules.check(spec.degrade(), spec.budgets(), complaints),
            Values.tiers(spec.tiers(), complaints),
            reach(name, spec.providers(), complaints),
            Values.simplicity(spec.complexity(), complaints),
            spec.mcp() == null ? null : GrantRules.check(name, spec.mcp(), complaints),
            whenLedgerAway(spec, complaints),
            Visibility.check(spec.allowedNamespaces(), complaints));
    return complaints.problems().isEmpty() ? plan : null;
  }

  private static @Nullable LedgerAway whenLedgerAway(Team.Spec spec, Complaints complaints) {
    var choice = spec.whenLedgerUnavailable();
    if (choice != null && spec.parent() != null) {
      var expected = "only on a root: a team without a parent";
      complaints.unexpected("spec.whenLedgerUnavailable", choice.name(), expected);
    }
    return switch (choice) {
      case null -> null;
      case Refuse -> LedgerAway.REFUSE;
      case Allow -> LedgerAway.ALLOW;
    };
  }

  private static Reach reach(
      ObjectName team, Team.@Nullable Providers spec, Complaints complaints) {
    return spec == null
        ? new Reach(null, null)
        : new Reach(providers(team, spec, complaints), regions(spec, complaints));
  }

  private static @Nullable Set<String> regions(Team.Providers spec, Complaints complaints) {
    if (spec.regions() == null) {
      return null;
    }
    for (int i = 0; i < spec.regions().size(); i++) {
      var region = spec.regions().get(i);
      Values.check(Text.LABEL, region, "spec.providers.regions[" + i + "]", complaints);
    }
    return new TreeSet<>(spec.regions());
  }

  private static @Nullable Set<ObjectName> providers(
      ObjectName team, Team.Providers spec, Complaints complaints) {
    if (spec.allow() == null) {
      return null;
    }
    var allowed = new TreeSet<ObjectName>();
    for (int i = 0; i < spec.allow().size(); i++) {
      var provider = spec.allow().get(i);
      Values.check(Text.REFERENCE, provider, "spec.providers.allow[" + i + "]", complaints);
      allowed.add(ObjectName.of(provider, team.namespace()));
    }
    return allowed;
  }

  private static @Nullable Globs models(Team.@Nullable Models spec, Complaints complaints) {
    return spec == null || spec.allow() == null
        ? null
        : Values.globs(spec.allow(), "spec.models.allow", complaints);
  }
}
