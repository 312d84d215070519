package dev.sluice.core.policy;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Patterns for model names, where `*` stands for any run of characters.
public record Globs(List<String> patterns) {

  public static final Globs ALL = new Globs(List.of("*"));

  public Globs {
    patterns = List.copyOf(patterns);
  }

  public boolean matches(String name) {
    return matching(name) != null;
  }

  /// The first pattern that the name has; null without one.
  public @Nullable String matching(String name) {
    for (var pattern : patterns) {
      if (matches(pattern, 0, name, 0)) {
        return pattern;
      }
    }
    return null;
  }

  private static boolean matches(String pattern, int p, String name, int n) {
    int star = -1;
    int retry = 0;
    while (n < name.length()) {
      if (p < pattern.length() && pattern.charAt(p) == '*') {
        star = p++;
        retry = n;
      } else if (p < pattern.length() && pattern.charAt(p) == name.charAt(n)) {
        p++;
        n++;
      } else if (star >= 0) {
        p = star + 1;
        n = ++retry;
      } else {
        return false;
      }
    }
    while (p < pattern.length() && pattern.charAt(p) == '*') {
      p++;
    }
    return p == pattern.length();
  }
}
