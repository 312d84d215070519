package dev.sluice.compiler.warning;

import static java.util.stream.Collectors.joining;

import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.route.RouteWarnings;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.core.policy.Globs;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.TeamOfKey;
import dev.sluice.core.policy.Upstream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds what a key's manifest says and its teams and providers undo: all of it, so that the key
/// may use no model, or a provider, a pattern, a route, a tier, a fallback or an alias.
///
/// @param plan as it is written
/// @param policy as it is in force, without what teams withhold
/// @param paths a key's teams, with what they withhold
public record KeyWarnings(
    KeyPlan plan,
    KeyPolicy policy,
    Map<ObjectName, Upstream> upstreams,
    Function<KeyPolicy, List<TeamOfKey>> paths,
    Complaints warnings) {

  private static final int PROVIDERS_TOLD_MAX = 3;
  private static final String LISTED = "spec.providers";

  public void find() {
    if (plan.grants().isEmpty() && !plan.tools().isEmpty()) {
      return; // A key for tools alone.
    }
    if (policy.grants().stream().noneMatch(this::serves)) {
      warnings.add(LISTED, new Fault.NothingAllowed(nothing()));
      return;
    }
    if (plan.grants().stream().allMatch(grant -> grant.weight() == 0)) {
      warnings.vain(LISTED, "weight: 0 of each", "it is as if each had the weight 1");
    }
    for (int i = 0; i < plan.grants().size(); i++) {
      grant(plan.grants().get(i), LISTED + "[" + i + "]");
    }
    plan.aliases().forEach((_, to) -> target("spec.aliases", to));
    var routing = plan.routing();
    for (int i = 0; i < routing.rules().size(); i++) {
      target("spec.routes[" + i + "].to", routing.rules().get(i).to());
    }
    for (int i = 0; i < routing.fallbacks().size(); i++) {
      target("spec.fallbacks[" + i + "]", routing.fallbacks().get(i));
    }
    routing.tiers().forEach((tier, to) -> target("spec.tiers." + tier.word(), to));
    RouteWarnings.find(plan, warnings);
  }

  private String nothing() {
    if (plan.grants().isEmpty()) {
      return LISTED + " is empty";
    }
    return plan.grants().stream()
        .limit(PROVIDERS_TOLD_MAX)
        .map(grant -> "provider " + grant.provider().label() + ": " + why(grant))
        .collect(joining("; "));
  }

  /// A provider that is of no use, or patterns for it that match nothing.
  private void grant(Grant grant, String field) {
    var upstream = upstreams.get(grant.provider());
    if (upstream == null) {
      return;
    }
    var inForce =
        policy.grants().stream().filter(one -> one.provider().equals(grant.provider())).findFirst();
    if (inForce.isEmpty() || !serves(inForce.get())) {
      warnings.vain(field, grant.provider().label(), why(grant));
      return;
    }
    var patterns = grant.models().patterns();
    for (int i = 0; i < patterns.size(); i++) {
      var pattern = new Globs(List.of(patterns.get(i)));
      if (upstream.models().keySet().stream().noneMatch(pattern::matches)) {
        var why = "provider " + grant.provider().label() + " has no such model";
        warnings.vain(field + ".models[" + i + "]", patterns.get(i), why);
      }
    }
  }

  /// A model that the key names, and that no provider of it may serve.
  private void target(String field, String to) {
    if (policy.grants().stream().noneMatch(grant -> serves(grant, to))) {
      plan.grants().stream()
          .flatMap(grant -> why(grant, to).stream())
          .findFirst()
          .ifPresent(why -> warnings.vain(field, to, why));
    }
  }

  private boolean serves(Grant grant, String to) {
    var upstream = upstreams.get(grant.provider());
    var model = upstream == null ? null : upstream.model(to);
    return model != null && lets(grant, model);
  }

  private boolean serves(Grant grant) {
    var upstream = upstreams.get(grant.provider());
    return upstream != null
        && upstream.models().values().stream().anyMatch(model -> lets(grant, model));
  }

  private boolean lets(Grant grant, Model model) {
    return grant.models().matches(model.name())
        && policy.models().stream().allMatch(globs -> globs.matches(model.name()))
        && model.price() != null;
  }

  private String why(Grant grant) {
    var upstream = upstreams.get(grant.provider());
    if (upstream == null) {
      return "it is not in force";
    }
    var listed =
        upstream.models().values().stream()
            .filter(model -> grant.models().matches(model.name()))
            .toList();
    var whole = withheld(grant.provider(), null);
    if (whole.isPresent()) {
      return whole.get();
    }
    return listed.isEmpty()
        ? "the key's models for it are none that it has"
        : listed.getFirst().name() + ": " + why(grant, listed.getFirst());
  }

  /// Empty where the provider does not have it.
  private Optional<String> why(Grant grant, String to) {
    var upstream = upstreams.get(grant.provider());
    var model = upstream == null ? null : upstream.model(to);
    return model == null ? Optional.empty() : Optional.of(why(grant, model));
  }

  private String why(Grant grant, Model model) {
    if (!grant.models().matches(model.name())) {
      return "the key's models for " + grant.provider().label() + " do not have it";
    }
    return withheld(grant.provider(), model)
        .or(
            () ->
                teams()
                    .filter(team -> team.models() != null && !team.models().matches(model.name()))
                    .map(team -> "models.allow of " + label(team) + " does not have it")
                    .findFirst())
        .orElse("it has no price");
  }

  /// @param model null for all of them
  private Optional<String> withheld(ObjectName provider, @Nullable Model model) {
    return teams()
        .flatMap(
            team ->
                team.withheld().stream()
                    .filter(withheld -> withheld.provider().equals(provider))
                    .flatMap(withheld -> words(team, withheld, model).stream()))
        .findFirst();
  }

  private static Optional<String> words(
      TeamOfKey team, TeamOfKey.Withheld withheld, @Nullable Model model) {
    return switch (withheld) {
      case TeamOfKey.Withheld.Unlisted _ -> Optional.of(label(team) + " does not let it");
      case TeamOfKey.Withheld.Elsewhere(_, var region, _) ->
          Optional.of(
              region == null
                  ? "it does not tell its region, and " + label(team) + " lets only some"
                  : "it is in " + region + ", which " + label(team) + " does not let");
      case TeamOfKey.Withheld.Leaving(_, var models, _) ->
          model != null && models.contains(model.name())
              ? Optional.of("it leaves the regions that " + label(team) + " lets")
              : Optional.empty();
    };
  }

  private Stream<TeamOfKey> teams() {
    return paths.apply(policy).stream();
  }

  private static String label(TeamOfKey team) {
    return "team " + team.name().label();
  }
}
