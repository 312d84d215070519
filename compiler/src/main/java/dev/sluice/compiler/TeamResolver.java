package dev.sluice.compiler;

import dev.sluice.compiler.rules.TeamPlan;
import dev.sluice.core.policy.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds which version of each Team is in force, so that every parent is there and none is its own
/// ancestor.
///
/// 1. Every team starts with its new version, or its last good one where the new one is bad.
/// 2. Teams whose parent is missing or does not let them, and teams on a cycle that have changed,
///    go back to their last good version; those that cannot are out.
/// 3. This repeats until nothing changes. It ends, because each team goes back once and leaves
///    once; and a cycle always has a member that can go back or leave, because the last good
///    versions were in force together and had none.
///
/// A last good version stays below its parent though that does not let it any more: so the parent's
/// limits bind it.
final class TeamResolver {

  private final SortedMap<ObjectName, Draft<TeamPlan, TeamPlan>> drafts;
  private final References references;
  private final SortedMap<ObjectName, TeamPlan> inForce = new TreeMap<>();
  private final Set<ObjectName> wentBack = new TreeSet<>();

  private TeamResolver(
      SortedMap<ObjectName, Draft<TeamPlan, TeamPlan>> drafts, References references) {
    this.drafts = drafts;
    this.references = references;
  }

  static SortedMap<ObjectName, TeamPlan> resolve(
      SortedMap<ObjectName, Draft<TeamPlan, TeamPlan>> drafts, References references) {
    var resolver = new TeamResolver(drafts, references);
    resolver.start();
    while (resolver.repair()) {}
    return resolver.inForce;
  }

  private void start() {
    drafts.forEach(
        (name, draft) -> {
          var now = draft.now();
          if (now == null) {
            goBack(name);
          } else {
            inForce.put(name, now);
          }
        });
  }

  /// One round; whether anything changed.
  private boolean repair() {
    for (var name : List.copyOf(inForce.keySet())) {
      var parent = parent(name);
      if (parent != null && !mayHave(name, parent)) {
        if (!wentBack.contains(name)) {
          references.complain(draft(name), "spec.parent", "Team", parent, drafts.keySet());
        }
        goBack(name);
        return true;
      }
    }
    for (var name : List.copyOf(inForce.keySet())) {
      var cycle = cycle(name);
      if (!cycle.isEmpty()) {
        breakUp(cycle);
        return true;
      }
    }
    return false;
  }

  private boolean mayHave(ObjectName name, ObjectName parent) {
    var above = inForce.get(parent);
    return above != null
        && (wentBack.contains(name)
            || references.permits(name.namespace(), parent, above.visibility()));
  }

  /// The teams from `start` over its parents back to itself; empty where that leads elsewhere.
  private List<ObjectName> cycle(ObjectName start) {
    var path = new ArrayList<ObjectName>();
    ObjectName at = start;
    while (at != null && !path.contains(at)) {
      path.add(at);
      at = parent(at);
    }
    return start.equals(at) ? path : List.of();
  }

  private void breakUp(List<ObjectName> cycle) {
    var changed = cycle.stream().filter(this::changed).toList();
    boolean near = cycle.stream().map(ObjectName::namespace).distinct().count() == 1;
    Function<ObjectName, String> shown = near ? ObjectName::name : ObjectName::toString;
    var expected =
        "no cycle of teams: " + cycle.stream().map(shown).collect(Collectors.joining(", "));
    for (var name : changed.isEmpty() ? cycle : changed) {
      var parent = parent(name);
      if (parent != null && !wentBack.contains(name)) {
        draft(name).complaints().unexpected("spec.parent", shown.apply(parent), expected);
      }
    }
    (changed.isEmpty() ? cycle : changed).forEach(this::goBack);
  }

  private boolean changed(ObjectName name) {
    return !wentBack.contains(name) && !plan(name).equals(draft(name).before());
  }

  /// To the last good version; out where there is none or it was tried.
  private void goBack(ObjectName name) {
    var before = draft(name).before();
    if (before == null || !wentBack.add(name)) {
      inForce.remove(name);
    } else {
      inForce.put(name, before);
    }
  }

  private @Nullable ObjectName parent(ObjectName name) {
    var plan = inForce.get(name);
    return plan == null ? null : plan.parent();
  }

  private TeamPlan plan(ObjectName name) {
    return required(inForce, name);
  }

  private Draft<TeamPlan, TeamPlan> draft(ObjectName name) {
    return required(drafts, name);
  }

  private static <V> V required(Map<ObjectName, V> map, ObjectName name) {
    var value = map.get(name);
    if (value == null) {
      throw new IllegalStateException("BUG: no team " + name);
    }
    return value;
  }

  /// The plans from a team to its root.
  static List<TeamPlan> path(@Nullable ObjectName team, Map<ObjectName, TeamPlan> inForce) {
    var path = new ArrayList<TeamPlan>();
    for (var at = team; at != null; at = path.getLast().parent()) {
      path.add(required(inForce, at));
    }
    return path;
  }
}
