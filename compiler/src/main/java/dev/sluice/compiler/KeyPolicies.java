package dev.sluice.compiler;

import dev.sluice.compiler.LastGood.KeyInForce;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.compiler.rules.TeamPlan;
import dev.sluice.core.budget.Cap;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Ladder;
import dev.sluice.core.policy.LedgerAway;
import dev.sluice.core.policy.ObjectName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
    return new KeyPolicy(
        name,
        key.digest(),
        plan.owner(),
        plan.team(),
        plan.suspended() || suspends,
        plan.expiresAt(),
        models(path),
        // The provider of an older version may be gone, or not let it refer to it any longer.
        plan.grants().stream()
            .filter(grant -> usable.from(name.namespace()).containsKey(grant.provider()))
            .toList(),
        aliases(plan, path),
        minOutputTokens(plan, path),
        joined(plan.budgets(), path, TeamPlan::budgets),
        joined(plan.rateLimits(), path, TeamPlan::rateLimits),
        joined(plan.caps(), path, team -> caps(team, name)),
        ladders(plan, path),
        whenLedgerAway(path));
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
