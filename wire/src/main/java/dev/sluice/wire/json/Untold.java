package dev.sluice.wire.json;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The names of what a body says and a translation does not, each once.
public final class Untold {

  private static final int NAMES_MAX = 100;
  private static final int NAME_CHARS_MAX = 64;

  private final Set<String> names = new LinkedHashSet<>();

  public void add(String name) {
    if (names.size() < NAMES_MAX) {
      names.add(name.substring(0, Math.min(name.length(), NAME_CHARS_MAX)));
    }
  }

  /// All members that are not known.
  ///
  /// @param prefix of their names, with its full stop
  public void beyond(Set<String> known, Field object, String prefix) {
    for (var name : object.json().propertyNames()) {
      if (!known.contains(name) && !object.json().path(name).isNull()) {
        add(prefix + name);
      }
    }
  }

  public List<String> names() {
    return List.copyOf(names);
  }
}
