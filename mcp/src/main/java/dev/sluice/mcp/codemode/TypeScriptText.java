package dev.sluice.mcp.codemode;

import java.util.regex.Pattern;

/// Names and literals in TypeScript.
final class TypeScriptText {
  private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*");

  private TypeScriptText() {}

  /// A name as a key of an object: itself, or in quotes.
  static String key(String name) {
    return IDENTIFIER.matcher(name).matches() ? name : quoted(name);
  }

  /// How to reach a name: `.name`, or by index.
  static String access(String name) {
    return IDENTIFIER.matcher(name).matches() ? "." + name : "[" + quoted(name) + "]";
  }

  /// In quotes, with everything escaped that cannot be seen.
  static String quoted(String text) {
    var out = new StringBuilder("\"");
    text.codePoints().forEach(point -> append(out, point));
    return out.append('"').toString();
  }

  private static void append(StringBuilder out, int point) {
    switch (point) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\t' -> out.append("\\t");
      default -> escape(out, point);
    }
  }

  /// JSON on several lines, with everything escaped that cannot be seen.
  static String escaped(String json) {
    var out = new StringBuilder();
    json.lines().forEach(line -> escape(out.isEmpty() ? out : out.append('\n'), line));
    return out.toString();
  }

  private static void escape(StringBuilder out, String line) {
    line.codePoints().forEach(point -> escape(out, point));
  }

  private static void escape(StringBuilder out, int point) {
    if (hidden(point)) {
      Character.toString(point)
          .chars()
          .forEach(unit -> out.append("\\u").append("%04x".formatted(unit)));
    } else {
      out.appendCodePoint(point);
    }
  }

  private static boolean hidden(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          true;
      default -> false;
    };
  }
}
