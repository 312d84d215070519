package dev.sluice.compiler.route;

import dev.sluice.compiler.rules.Complaints;
import dev.sluice.compiler.rules.KeyPlan;
import dev.sluice.compiler.rules.TeamPlan;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.Ladder;
import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Upstream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Checks that a key's ladder leads somewhere: each step to a model that the key may use, that has
/// a price, and that takes the requests of every dearer model that the key may use of its provider.
///
/// Only the key's own ladder: a step of a team may be meant for others of its keys.
///
/// @param path the key's teams up to the root
public record LadderCheck(KeyPlan key, List<TeamPlan> path, Map<ObjectName, Upstream> providers) {

  private static final int NAMED_MAX = 5;

  public static void check(
      KeyPlan key, List<TeamPlan> path, Map<ObjectName, Upstream> providers, Complaints all) {
    var check = new LadderCheck(key, path, providers);
    for (int i = 0; i < key.degrade().size(); i++) {
      var model = key.degrade().get(i).model();
      var expected = check.expected(model);
      if (expected != null) {
        // In the manifest's order, which the plan keeps.
        all.unexpected("spec.degrade[" + i + "].model", model, expected);
      }
    }
  }

  /// Null where all is well.
  private @Nullable String expected(String step) {
    var serving = key.grants().stream().filter(grant -> model(grant, step) != null).toList();
    if (serving.isEmpty()) {
      return "a model that a provider of this key has";
    }
    var allowing = serving.stream().filter(grant -> allows(grant, step)).toList();
    if (allowing.isEmpty()) {
      return "a model that this key and its teams allow";
    }
    for (var grant : allowing) {
      var model = model(grant, step);
      var problem = model == null ? null : expected(grant, model);
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private @Nullable String expected(Grant grant, Model step) {
    if (step.price() == null) {
      return "a model with a price";
    }
    var dearer = usable(grant).filter(model -> Ladder.isCheaper(step, model)).toList();
    if (dearer.isEmpty()) {
      return "a model that is cheaper than another one of this key's";
    }
    var others =
        dearer.stream().filter(model -> !Ladder.sameKind(model, step)).map(Model::name).toList();
    return others.isEmpty()
        ? null
        : "a model that takes the requests of "
            + listed(others)
            + ", which this key may use; "
            + possible(grant);
  }

  private Stream<Model> usable(Grant grant) {
    var upstream = providers.get(grant.provider());
    return upstream == null
        ? Stream.of()
        : upstream.models().values().stream().filter(model -> allows(grant, model.name()));
  }

  /// What steps can there be at this provider, if only dearer models of their kind are allowed?
  private String possible(Grant grant) {
    var upstream = providers.get(grant.provider());
    var kinds =
        upstream == null
            ? Map.<String, TreeSet<String>>of()
            : upstream.models().values().stream()
                .filter(model -> model.requests() != null)
                .collect(
                    Collectors.groupingBy(
                        model -> Objects.requireNonNull(model.requests()).kind(),
                        java.util.TreeMap::new,
                        Collectors.mapping(Model::name, Collectors.toCollection(TreeSet::new))));
    return kinds.isEmpty()
        ? "of no model here it is known what it takes"
        : "alike in what they take are "
            + kinds.values().stream()
                .map(names -> String.join(", ", names))
                .collect(Collectors.joining("; or "));
  }

  private static String listed(List<String> names) {
    var some = names.stream().sorted().limit(NAMED_MAX).collect(Collectors.joining(", "));
    int more = names.size() - NAMED_MAX;
    return more <= 0 ? some : some + " and " + more + " more";
  }

  private @Nullable Model model(Grant grant, String name) {
    var upstream = providers.get(grant.provider());
    return upstream == null ? null : upstream.models().get(name);
  }

  private boolean allows(Grant grant, String model) {
    return grant.models().matches(model)
        && path.stream()
            .map(TeamPlan::models)
            .filter(Objects::nonNull)
            .allMatch(globs -> globs.matches(model));
  }
}
