package dev.sluice.compiler;

import dev.sluice.compiler.problem.Problem;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.policy.Credentials;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.TeamOfKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What the manifests mean now.
///
/// @param problems all of them, those of reading included, by file and line
/// @param keysToGenerate VirtualKeys without a value: they are not in the snapshot; make one for
///   each and compile again before publishing
/// @param good to be handed to the next compilation, if this one is published
public record Compilation(
    Snapshot snapshot,
    Credentials credentials,
    List<Problem> problems,
    SortedSet<ObjectName> keysToGenerate,
    LastGood good) {

  public Compilation {
    problems = problems.stream().sorted().toList();
    keysToGenerate = Collections.unmodifiableSortedSet(new TreeSet<>(keysToGenerate));
  }

  /// The budgets of a team in force, also of one that no key belongs to.
  public List<Budget> teamBudgets(ObjectName team) {
    var kept = good.teams().get(team);
    return kept == null ? List.of() : kept.version().budgets();
  }

  /// From a team in force to its root; empty without one.
  public List<TeamOfKey> path(@Nullable ObjectName team) {
    var path = new ArrayList<TeamOfKey>();
    for (var at = team; at != null; ) {
      var kept = good.teams().get(at);
      if (kept == null || path.size() > good.teams().size()) {
        return path; // Only of a team that is not in force.
      }
      path.add(new TeamOfKey(at, kept.version().models()));
      at = kept.version().parent();
    }
    return path;
  }
}
