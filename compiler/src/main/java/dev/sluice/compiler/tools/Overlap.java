package dev.sluice.compiler.tools;

import dev.sluice.core.policy.Globs;

/// What two patterns have in common, where `*` stands for any run of characters.
public final class Overlap {

  private Overlap() {}

  /// Whether there can be a name that one of the globs and the pattern match.
  public static boolean any(Globs globs, String pattern) {
    return globs.patterns().stream().anyMatch(glob -> meet(glob, pattern));
  }

  /// Whether one of the globs matches whatever the pattern does. A `*` of the pattern is matched by
  /// nothing but a `*`, since no name has one.
  public static boolean covers(Globs globs, String pattern) {
    return globs.matches(pattern);
  }

  /// By the ends of both: `meets[j]` says it of the rest of `one` and that of `other` from `j` on.
  private static boolean meet(String one, String other) {
    var meets = new boolean[other.length() + 1];
    for (int i = one.length(); i >= 0; i--) {
      var next = meets;
      meets = new boolean[other.length() + 1];
      for (int j = other.length(); j >= 0; j--) {
        meets[j] = meets(one, i, other, j, new Rests(meets, next));
      }
    }
    return meets[0];
  }

  /// @param here of the rest of `one`
  /// @param next of the same without its first character
  private record Rests(boolean[] here, boolean[] next) {}

  private static boolean meets(String one, int i, String other, int j, Rests rests) {
    boolean ends = i == one.length();
    boolean otherEnds = j == other.length();
    if (ends && otherEnds) {
      return true;
    }
    if (!ends && one.charAt(i) == '*') {
      return rests.next()[j] || (!otherEnds && rests.here()[j + 1]);
    }
    if (!otherEnds && other.charAt(j) == '*') {
      return rests.here()[j + 1] || (!ends && rests.next()[j]);
    }
    return !ends && !otherEnds && one.charAt(i) == other.charAt(j) && rests.next()[j + 1];
  }
}
