package dev.sluice.operator.cli;

import dev.sluice.compiler.manifest.Nearest;
import dev.sluice.core.listing.Row;
import dev.sluice.core.policy.ObjectName;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the key that a user means.
final class KeyFinder {

  private static final String DEFAULT_NAMESPACE = "default";

  private KeyFinder() {}

  /// @param said `NAME` or `NAMESPACE/NAME`
  /// @param named the namespace that the user named, null without one
  static ObjectName find(String said, @Nullable String named, Source source) throws CliException {
    int slash = said.indexOf('/');
    var name = said.substring(slash + 1);
    var own = slash < 0 ? named : said.substring(0, slash);
    var namespace = own == null ? source.namespace() : own;
    var keys = names(source.rows(Listed.KEYS, namespace));
    var found = keys.stream().filter(key -> key.name().equals(name)).toList();
    if (found.size() > 1) {
      var usual = new ObjectName(DEFAULT_NAMESPACE, name);
      return found.contains(usual) ? usual : unclear(said, found);
    }
    if (found.isEmpty()) {
      throw unknown(said, name, keys, namespace == null ? keys : elsewhere(source));
    }
    return found.getFirst();
  }

  private static ObjectName unclear(String said, List<ObjectName> found) throws CliException {
    throw new CliException("key %s (expected: one of %s)".formatted(said, listed(found)));
  }

  private static CliException unknown(
      String said, String name, List<ObjectName> keys, List<ObjectName> everywhere) {
    var others = everywhere.stream().filter(key -> key.name().equals(name)).toList();
    if (!others.isEmpty()) {
      return new CliException(
          "key %s is not there (expected: one of %s)".formatted(said, listed(others)));
    }
    var near = Nearest.to(name, keys.stream().map(ObjectName::name).toList());
    var meant = near == null ? "the name of a VirtualKey: sluice get keys" : near;
    return new CliException("key %s is not there (expected: %s)".formatted(said, meant));
  }

  /// To name where it is; nobody need have the right to look there.
  private static List<ObjectName> elsewhere(Source source) {
    try {
      return names(source.rows(Listed.KEYS, null));
    } catch (CliException _) {
      return List.of();
    }
  }

  private static List<ObjectName> names(List<Row> rows) {
    return rows.stream().map(Row::objectName).toList();
  }

  private static String listed(List<ObjectName> names) {
    return names.stream().map(ObjectName::toString).collect(Collectors.joining(", "));
  }
}
