package dev.sluice.compiler;

import dev.sluice.core.policy.ObjectName;
import java.util.Collection;
import java.util.stream.Collectors;

/// Says what a reference that leads to nothing should have named.
final class References {

  private static final int NAMES_MAX = 10;

  private References() {}

  /// @param there the objects of this kind, good and bad
  static String expected(String kind, ObjectName name, Collection<ObjectName> there) {
    if (there.contains(name)) {
      return "a " + kind + " without problems in namespace " + name.namespace();
    }
    var names =
        there.stream()
            .filter(other -> other.namespace().equals(name.namespace()))
            .map(ObjectName::name)
            .sorted()
            .limit(NAMES_MAX)
            .collect(Collectors.joining(", "));
    var choice = names.isEmpty() ? "there is none" : "there is none of this name; there are: ";
    return "a " + kind + " of namespace " + name.namespace() + "; " + choice + names;
  }
}
