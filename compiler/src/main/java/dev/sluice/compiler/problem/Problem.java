package dev.sluice.compiler.problem;

import java.util.Comparator;

/// One thing that is wrong with the manifests. It never holds a secret's value.
///
/// @param line from 1; [#NO_LINE] for a file or folder that cannot be read
/// @param object kind and `namespace/name`, or what is known of them; empty for a whole file
/// @param field a path such as `spec.budgets[0].limitUsd`; empty for a whole object
public record Problem(String file, int line, String object, String field, Fault fault)
    implements Comparable<Problem> {

  public static final int NO_LINE = 0;

  private static final Comparator<Problem> ORDER =
      Comparator.comparing(Problem::file)
          .thenComparingInt(Problem::line)
          .thenComparing(Problem::object)
          .thenComparing(Problem::field)
          .thenComparing(problem -> problem.fault().text());

  @Override
  public int compareTo(Problem other) {
    return ORDER.compare(this, other);
  }

  /// One line: `keys.yaml:7: VirtualKey default/alice: spec.owner: 7 (expected: a string, "7")`.
  @Override
  public String toString() {
    var text = new StringBuilder(file).append(line == NO_LINE ? ": " : ":" + line + ": ");
    if (!object.isEmpty()) {
      text.append(object).append(": ");
    }
    if (!field.isEmpty()) {
      text.append(field).append(": ");
    }
    return text.append(fault.text()).toString();
  }
}
