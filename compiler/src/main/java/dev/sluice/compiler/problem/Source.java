package dev.sluice.compiler.problem;

import java.util.Map;

/// Where an object and each of its fields were written.
///
/// @param object kind and `namespace/name`
/// @param line the object's first line, from 1
/// @param lines by field path
public record Source(String file, int line, String object, Map<String, Integer> lines) {

  public Source {
    lines = Map.copyOf(lines);
  }

  /// A problem at the field's line, or at the line of the nearest field around it.
  public Problem problem(String field, Fault fault) {
    return new Problem(file, lineOf(field), object, field, fault);
  }

  /// `file:line` of the object.
  public String place() {
    return file + ":" + line;
  }

  private int lineOf(String field) {
    var path = field;
    while (!path.isEmpty()) {
      var found = lines.get(path);
      if (found != null) {
        return found;
      }
      path = path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }
    return line;
  }
}
