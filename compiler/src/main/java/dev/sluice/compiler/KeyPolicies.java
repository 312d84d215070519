package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.KeyInForce;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.compiler.rules.SimplicityPlan;
import dev.sluice.compiler.rules.TeamPlan;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.mcp.ToolAccess;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Ladder;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Routing;
import dev.sluice.core.policy.TeamOfKey.Withheld;
import dev.sluice.core.policy.Upstream;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/// Joins a key with its teams to the policy that requests are held to.
record KeyPolicies(Map<ObjectName, TeamPlan> teams, Usable usable) {

  private static final long MIN_OUTPUT_TOKENS = 4096;

  /// @param suspends whether the object says so, though this version may be an older one
  KeyPolicy policy(ObjectName name, KeyInForce key, boolean suspends) {
    var plan = key.plan();
    var path = TeamResolver.path(plan.team(), teams);
    var providers = usable.from(name.namespace());
    var grants = grants(plan, path, providers);
    return new KeyPolicy(
        name,
        key.digest(),
        plan.owner(),
        plan.team(),
        plan.suspended() || suspends,
        plan.expiresAt(),
        models(path),
        grants,
        aliases(plan, path),
        minOutputTokens(plan, path),
        joined(plan.budgets(), path, TeamPlan::budgets),
        joined(plan.rateLimits(), path, TeamPlan::rateLimits),
        joined(plan.caps(), path, team -> caps(team, name)),
        ladders(plan, path),
        whenLedgerAway(path),
        routing(plan, path, grants, providers),
        tools(name, plan, path));
  }

  /// A server of an older version may be gone, or not let the key refer to it any longer.
  private ToolAccess tools(ObjectName key, KeyPlan plan, List<TeamPlan> path) {
    var own =
        plan.tools().stream()
            .filter(grant -> usable.permits(key.namespace(), grant.server()))
            .toList();
    if (own.isEmpty()) {
      return ToolAccess.NONE;
    }
    var teams = path.stream().map(TeamPlan::tools).filter(Objects::nonNull);
    return new ToolAccess(Stream.concat(Stream.of(own), teams).toList());
  }

  /// The provider of an older version may be gone, or not let it refer to it any longer. One that a
  /// team does not allow is as if the key did not name it, so that nothing leads there.
  private List<Grant> grants(
      KeyPlan plan, List<TeamPlan> path, Map<ObjectName, Upstream> providers) {
    return plan.grants().stream()
        .flatMap(
            grant ->
                Stream.ofNullable(providers.get(grant.provider()))
                    .flatMap(upstream -> allowed(grant, path, upstream)))
        .toList();
  }

  /// Models that a team does not allow are as if the provider did not have them: a grant that could
  /// use them has a list of all its others.
  private Stream<Grant> allowed(Grant grant, List<TeamPlan> path, Upstream upstream) {
    var leaving = new HashSet<String>();
    for (var team : path) {
      for (var withheld : usable.withheld(team.reach(), grant.provider())) {
        switch (withheld) {
          case Withheld.Unlisted _, Withheld.Elsewhere _ -> {
            return Stream.of();
          }
          case Withheld.Leaving(_, var models, _) -> leaving.addAll(models);
        }
      }
    }
    return Stream.of(leaving.isEmpty() ? grant : without(grant, leaving, upstream));
  }

  private static Grant without(Grant grant, Set<String> leaving, Upstream upstream) {
    var models =
        upstream.models().keySet().stream()
            .filter(model -> grant.models().matches(model) && !leaving.contains(model))
            .toList();
    return new Grant(
        grant.provider(), grant.weight(), new Globs(models), grant.budgets(), grant.rateLimits());
  }

  /// A tier of a team may be meant for others of its keys: then the next one up counts.
  private static Routing routing(
      KeyPlan plan, List<TeamPlan> path, List<Grant> grants, Map<ObjectName, Upstream> providers) {
    var tiers = new EnumMap<Routing.Tier, String>(Routing.Tier.class);
    tiers.putAll(plan.routing().tiers());
    for (var team : path) {
      team.tiers()
          .forEach(
              (tier, to) -> {
                if (serves(grants, models(path), providers, to)) {
                  tiers.putIfAbsent(tier, to);
                }
              });
    }
    var own = Stream.of(plan.simplicity());
    var teams = path.stream().map(TeamPlan::simplicity);
    return new Routing(
        plan.routing().rules(),
        tiers,
        plan.routing().fallbacks(),
        SimplicityPlan.settle(Stream.concat(own, teams).toList()));
  }

  private static boolean serves(
      List<Grant> grants, List<Globs> teams, Map<ObjectName, Upstream> providers, String target) {
    return grants.stream()
        .anyMatch(
            grant -> {
              var upstream = providers.get(grant.provider());
              var model = upstream == null ? null : upstream.model(target);
              return model != null
                  && grant.models().matches(model.name())
                  && teams.stream().allMatch(globs -> globs.matches(model.name()));
            });
  }

  private static List<Globs> models(List<TeamPlan> path) {
    return path.stream().map(TeamPlan::models).filter(Objects::nonNull).toList();
  }

  private static Map<String, String> aliases(KeyPlan plan, List<TeamPlan> path) {
    var aliases = new TreeMap<String, String>();
    path.reversed().forEach(team -> aliases.putAll(team.aliases()));
    aliases.putAll(plan.aliases());
    return aliases;
  }

  private static long minOutputTokens(KeyPlan plan, List<TeamPlan> path) {
    return Stream.concat(
            Stream.ofNullable(plan.minOutputTokens()),
            path.stream().flatMap(team -> Stream.ofNullable(team.minOutputTokens())))
        .findFirst()
        .orElse(MIN_OUTPUT_TOKENS);
  }

  private static List<Cap> caps(TeamPlan team, ObjectName key) {
    return team.caps().stream().map(cap -> cap.ofKey(key.namespace(), key.name())).toList();
  }

  private static List<Ladder> ladders(KeyPlan plan, List<TeamPlan> path) {
    var own = Stream.of(new Ladder(plan.budgets(), plan.degrade()));
    var teams = path.stream().map(team -> new Ladder(team.budgets(), team.degrade()));
    return Stream.concat(own, teams).filter(ladder -> !ladder.steps().isEmpty()).toList();
  }

  private static LedgerAway whenLedgerAway(List<TeamPlan> path) {
    var choice = path.isEmpty() ? null : path.getLast().whenLedgerAway();
    return choice == null ? LedgerAway.REFUSE : choice;
  }

  /// The key's own first, then its teams'.
  private static <T> List<T> joined(
      List<T> own, List<TeamPlan> path, Function<TeamPlan, List<T>> teams) {
    return Stream.concat(own.stream(), path.stream().map(teams).flatMap(List::stream)).toList();
  }
}
