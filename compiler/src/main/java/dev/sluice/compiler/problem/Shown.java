package dev.sluice.compiler.problem;

import java.util.regex.Pattern;

/// Values as problems show them: short, on one line, and without secrets.
public final class Shown {

  /// Stands for the value of a secret.
  public static final String HIDDEN = "(hidden)";

  private static final int CHARS_MAX = 60;
  private static final Pattern KEY = Pattern.compile("(?i)\\bsk-[\\x21-\\x7e]{8,}");
  private static final Pattern SECRET_PATH =
      Pattern.compile("(data|stringData)\\b.*|.*[sS]ecretRef\\b.*");

  private Shown() {}

  /// The value of a field, hidden where secrets are written by design or by mistake.
  public static String value(String path, String value) {
    return SECRET_PATH.matcher(path).matches() ? HIDDEN : text(value);
  }

  /// Text from a manifest: whatever looks like a key is hidden.
  public static String text(String value) {
    var shown = KEY.matcher(value).replaceAll("sk-(hidden)");
    if (shown.length() > CHARS_MAX) {
      shown = shown.substring(0, CHARS_MAX) + "...";
    }
    shown = shown.replace("\n", "\\n").replaceAll("\\p{Cntrl}", "?");
    return shown.isBlank() ? "\"" + shown + "\"" : shown;
  }
}
