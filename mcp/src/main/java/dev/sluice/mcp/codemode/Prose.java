package dev.sluice.mcp.codemode;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Text of servers, made harmless where it stands between code.
final class Prose {
  private Prose() {}

  /// Without what cannot be seen: control characters, marks of direction, joiners, tags. Lines end
  /// with a line feed, and none ends with spaces.
  static String clean(String text) {
    var out = new StringBuilder();
    text.replace("\r\n", "\n").codePoints().map(Prose::visible).forEach(out::appendCodePoint);
    return out.toString()
        .lines()
        .map(String::stripTrailing)
        .collect(Collectors.joining("\n"))
        .strip();
  }

  private static int visible(int point) {
    if (point == '\n') {
      return point;
    }
    return switch (Character.getType(point)) {
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> '\n';
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED -> ' ';
      default -> point;
    };
  }

  /// The first paragraph, within so many characters.
  static String summary(String text, int charsMax) {
    var clean = clean(text);
    int end = clean.indexOf("\n\n");
    return within(end < 0 ? clean : clean.substring(0, end), charsMax);
  }

  static String within(String text, int charsMax) {
    if (text.length() <= charsMax) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(charsMax - 1)) ? charsMax - 1 : charsMax;
    return text.substring(0, end).stripTrailing() + "…";
  }

  /// The lines of a doc comment, which nothing in the text can end; none if there is no text.
  static List<String> comment(String text) {
    var safe = clean(text).replace("*/", "* /");
    if (safe.isEmpty()) {
      return List.of();
    }
    var lines = safe.lines().toList();
    if (lines.size() == 1) {
      return List.of("/** " + safe + " */");
    }
    var comment = new ArrayList<String>();
    comment.add("/**");
    lines.forEach(line -> comment.add((" * " + line).stripTrailing()));
    comment.add(" */");
    return List.copyOf(comment);
  }
}
