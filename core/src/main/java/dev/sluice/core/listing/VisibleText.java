package dev.sluice.core.listing;

import java.util.Locale;

/// Text of others as a terminal may show it: characters that steer a terminal, turn the direction
/// of text or are not seen at all become escapes, as JSON and YAML write them.
public final class VisibleText {

  private VisibleText() {}

  /// Line breaks stay.
  public static String lines(String text) {
    return shown(text, true);
  }

  /// One line: a line break becomes visible too.
  public static String line(String text) {
    return shown(text, false);
  }

  private static String shown(String text, boolean breaks) {
    var shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            point -> {
              if (point == '\n' && breaks || seen(point)) {
                shown.appendCodePoint(point);
              } else {
                for (char unit : Character.toChars(point)) {
                  shown.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
              }
            });
    return shown.toString();
  }

  private static boolean seen(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.PRIVATE_USE,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> !blank(point);
    };
  }

  /// Variation selectors, of which any number may follow a character, fillers, and the joiner of
  /// marks.
  private static boolean blank(int point) {
    return point >= 0xFE00 && point <= 0xFE0F
        || point >= 0xE0100 && point <= 0xE01EF
        || point >= 0x180B && point <= 0x180F
        || point >= 0x115F && point <= 0x1160
        || point == 0x034F
        || point == 0x3164
        || point == 0xFFA0
        || point == 0x2800;
  }
}
