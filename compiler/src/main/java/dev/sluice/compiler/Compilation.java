package dev.sluice.compiler;

import dev.sluice.compiler.problem.Problem;
import dev.sluice.compiler.service.Reach;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.mcp.ToolAccess.ToolGrant;
import dev.sluice.core.mcp.ToolSecrets;
import dev.sluice.core.policy.Grant;
import dev.sluice.core.policy.KeyPolicy;
import dev.sluice.core.policy.ObjectName;
import dev.sluice.core.policy.Snapshot;
import dev.sluice.core.policy.TeamOfKey;
import dev.sluice.core.policy.TeamOfKey.Withheld;
import dev.sluice.core.provider.Credentials;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the manifests mean now.
///
/// @param toolSecrets what servers of tools are to have, apart from the snapshot too
/// @param problems all of them, those of reading included, by file and line
/// @param warnings what is in force, and does nothing; of objects without problems
/// @param keysToGenerate VirtualKeys without a value: they are not in the snapshot; make one for
///   each and compile again before publishing
/// @param good to be handed to the next compilation, if this one is published
public record Compilation(
    Snapshot snapshot,
    Credentials credentials,
    ToolSecrets toolSecrets,
    List<Problem> problems,
    SortedSet<ObjectName> keysToGenerate,
    LastGood good,
    List<Problem> warnings) {

  public Compilation {
    problems = problems.stream().sorted().toList();
    warnings = warnings.stream().sorted().toList();
    keysToGenerate = Collections.unmodifiableSortedSet(new TreeSet<>(keysToGenerate));
  }

  Compilation with(List<Problem> found) {
    return new Compilation(
        snapshot, credentials, toolSecrets, problems, keysToGenerate, good, found);
  }

  /// The budgets of a team in force, also of one that no key belongs to.
  public List<Budget> teamBudgets(ObjectName team) {
    var kept = good.teams().get(team);
    return kept == null ? List.of() : kept.version().budgets();
  }

  /// Where a provider in force is; empty where its manifest does not tell.
  public Optional<String> region(ObjectName provider) {
    return Optional.ofNullable(good.providers().get(provider))
        .flatMap(kept -> Optional.ofNullable(kept.version().plan().region()));
  }

  /// From a team in force to its root; empty without one.
  public List<TeamOfKey> path(@Nullable ObjectName team) {
    var path = new ArrayList<TeamOfKey>();
    for (var at = team; at != null; ) {
      var kept = good.teams().get(at);
      if (kept == null || path.size() > good.teams().size()) {
        return path; // Only of a team that is not in force.
      }
      path.add(new TeamOfKey(at, kept.version().models(), List.of()));
      at = kept.version().parent();
    }
    return path;
  }

  /// The lists of tools that teams have, from one in force to its root: those that have one.
  SequencedMap<ObjectName, List<ToolGrant>> teamTools(@Nullable ObjectName team) {
    var lists = new LinkedHashMap<ObjectName, List<ToolGrant>>();
    for (var above : path(team)) {
      var kept = good.teams().get(above.name());
      var tools = kept == null ? null : kept.version().tools();
      if (tools != null) {
        lists.put(above.name(), tools);
      }
    }
    return lists;
  }

  /// The teams of a key in force, with what each of them withholds from it.
  public List<TeamOfKey> path(KeyPolicy key) {
    var kept = good.keys().get(key.name());
    var grants = kept == null ? List.<Grant>of() : kept.version().plan().grants();
    return path(key.team()).stream()
        .map(team -> new TeamOfKey(team.name(), team.models(), withheld(team.name(), grants)))
        .toList();
  }

  private List<Withheld> withheld(ObjectName team, List<Grant> grants) {
    var kept = good.teams().get(team);
    return kept == null
        ? List.of()
        : grants.stream()
            .map(Grant::provider)
            .flatMap(provider -> withheld(kept.version().reach(), provider))
            .toList();
  }

  private Stream<Withheld> withheld(Reach reach, ObjectName provider) {
    var kept = good.providers().get(provider);
    return kept == null ? Stream.of() : reach.withheld(provider, kept.version().plan());
  }
}
