package dev.sluice.compiler.manifest;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Finds the name that was probably meant.
public final class Nearest {

  private Nearest() {}

  /// The known name with the fewest edits from `name`, null where none is near.
  public static @Nullable String to(String name, Collection<String> known) {
    int editsMax = Math.max(1, Math.min(name.length(), 12) / 3);
    return known.stream()
        .filter(candidate -> edits(name, candidate) <= editsMax)
        .min(Comparator.comparingInt((String candidate) -> edits(name, candidate)))
        .orElse(null);
  }

  private static int edits(String a, String b) {
    var from = a.toLowerCase(Locale.ROOT);
    var to = b.toLowerCase(Locale.ROOT);
    var costs = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      costs[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = costs[0];
      costs[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int change = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = costs[j];
        costs[j] = Math.min(change, Math.min(costs[j], costs[j - 1]) + 1);
      }
    }
    return costs[to.length()];
  }
}
