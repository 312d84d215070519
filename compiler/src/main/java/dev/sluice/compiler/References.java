package dev.sluice.compiler;

import dev.sluice.compiler.manifest.World;
import dev.sluice.compiler.problem.Fault;
import dev.sluice.compiler.problem.Shown;
import dev.sluice.compiler.rules.Visibility;
import dev.sluice.core.policy.ObjectName;
import java.util.Collection;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What objects may refer to, and what is said of a reference that leads to nothing.
///
/// @param watched the namespaces that the world has the objects of; all where it is empty
record References(World world, Set<String> watched) {

  private static final int NAMES_MAX = 10;

  /// Whether the objects of a namespace may refer to an object that can be seen like this.
  boolean permits(String from, ObjectName to, Visibility visibility) {
    return to.namespace().equals(from) || visibility.admits(world.labels(from));
  }

  /// An object of another namespace that does not exist is told like one that may not be referred
  /// to.
  ///
  /// @param field where `draft` refers to it
  /// @param there the objects of this kind, good and bad
  void complain(
      Draft<?, ?> draft, String field, String kind, ObjectName to, Collection<ObjectName> there) {
    var from = draft.name().namespace();
    if (to.namespace().equals(from)) {
      draft.complaints().unresolved(field, to.name(), expected(kind, to, there));
    } else if (!watched.isEmpty() && !watched.contains(to.namespace())) {
      var seen = first(watched, Function.identity());
      var expected = one(kind) + " of a namespace that is watched: " + seen;
      draft.complaints().unresolved(field, to.toString(), expected);
    } else {
      var expected = one(kind) + " whose allowedNamespaces has " + from;
      draft.complaints().add(field, new Fault.NotPermitted(Shown.text(to.toString()), expected));
    }
  }

  /// @param there the objects of this kind, good and bad
  static String expected(String kind, ObjectName name, Collection<ObjectName> there) {
    if (there.contains(name)) {
      return one(kind) + " without problems in namespace " + name.namespace();
    }
    var same = there.stream().filter(other -> other.namespace().equals(name.namespace())).toList();
    var names = first(same, ObjectName::name);
    var choice = names.isEmpty() ? "there is none" : "there is none of this name; there are: ";
    return one(kind) + " of namespace " + name.namespace() + "; " + choice + names;
  }

  /// As it is spoken.
  private static String one(String kind) {
    return (kind.equals("McpServer") ? "an " : "a ") + kind;
  }

  private static <T> String first(Collection<T> all, Function<T, String> name) {
    return all.stream().map(name).sorted().limit(NAMES_MAX).collect(Collectors.joining(", "));
  }
}
