package dev.sluice.wire.gemini;

import java.util.regex.Pattern;

/// What a model's name tells about how it is to be asked. A name without a number is a new model's.
enum Generation {
  /// It cannot think.
  BEFORE_THINKING,
  /// It thinks within a budget.
  BUDGETS,
  /// It thinks at a level, wants its signatures back, and looks at what functions return.
  LEVELS;

  private static final Pattern OLDEST = Pattern.compile("gemini-(1\\.|2\\.0).*");
  private static final Pattern OLDER = Pattern.compile("gemini-2\\..*");

  static Generation of(String model) {
    if (OLDEST.matcher(model).matches()) {
      return BEFORE_THINKING;
    }
    return OLDER.matcher(model).matches() ? BUDGETS : LEVELS;
  }
}
