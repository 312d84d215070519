package dev.sluice.compiler;

import dev.sluice.compiler.manifest.World;
import dev.sluice.compiler.problem.Problem;
import dev.sluice.compiler.problem.Source;
import dev.sluice.compiler.rules.Complaints;
import dev.sluice.core.policy.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// An object that is there.
///
/// @param now the new version, null where it is bad by itself
/// @param before the last good version, null where there never was one
/// @param suspends whether it is a key that says `suspended: true`, good or bad
record Draft<P, B>(
    ObjectName name, @Nullable P now, @Nullable B before, boolean suspends, Complaints complaints) {

  /// Makes a spec into a plan; null with complaints.
  interface Rules<S, P> {
    @Nullable P check(ObjectName name, S spec, Complaints complaints);
  }

  /// The objects of one kind: those that were read, and those that may only be unreadable for now.
  static <S, P, B> SortedMap<ObjectName, Draft<P, B>> all(
      String kind,
      SortedMap<ObjectName, World.Found<S>> found,
      Map<ObjectName, LastGood.Kept<B>> kept,
      List<World.Unreadable> unreadable,
      Rules<S, P> rules) {
    var drafts = new TreeMap<ObjectName, Draft<P, B>>();
    found.forEach((name, object) -> drafts.put(name, draft(name, object, kept.get(name), rules)));
    kept.forEach(
        (name, last) -> {
          if (!found.containsKey(name)
              && unreadable.stream().anyMatch(u -> u.mayBe(last.file(), kind, name.name()))) {
            var source = new Source(last.file(), 1, kind + " " + name, Map.of());
            drafts.put(
                name, new Draft<>(name, null, last.version(), false, new Complaints(source)));
          }
        });
    return drafts;
  }

  private static <S, P, B> Draft<P, B> draft(
      ObjectName name, World.Found<S> found, LastGood.@Nullable Kept<B> kept, Rules<S, P> rules) {
    var complaints = new Complaints(found.source());
    var now =
        switch (found) {
          case World.Found.Good<S> good -> rules.check(name, good.spec(), complaints);
          case World.Found.Bad<S> _ -> null;
        };
    var before = kept == null ? null : kept.version();
    return new Draft<>(name, now, before, found.suspends(), complaints);
  }

  /// Looks at a plan that is in force.
  interface Look<P> {
    void at(ObjectName name, P plan, Complaints warnings);
  }

  /// What a look finds in those that are good.
  static <P> List<Problem> warnings(
      SortedMap<ObjectName, ? extends Draft<P, ?>> drafts, Look<P> look) {
    var found = new ArrayList<Problem>();
    drafts.forEach(
        (name, draft) -> {
          var plan = draft.now();
          if (plan != null && draft.complaints().problems().isEmpty()) {
            var warnings = new Complaints(draft.complaints().source());
            look.at(name, plan, warnings);
            found.addAll(warnings.problems());
          }
        });
    return found;
  }

  static List<Problem> problems(SortedMap<ObjectName, ? extends Draft<?, ?>> drafts) {
    return drafts.values().stream().flatMap(d -> d.complaints().problems().stream()).toList();
  }
}
