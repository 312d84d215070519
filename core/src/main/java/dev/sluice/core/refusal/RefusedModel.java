package dev.sluice.core.refusal;

/// The model that a refusal is about.
///
/// @param name of what was to serve; with its provider where one is named
/// @param asked the name that the client gave
public record RefusedModel(String name, String asked) {

  private static final int SHOWN_CHARS_MAX = 100;

  /// A model that was asked for, and is the one that was to serve.
  public static RefusedModel asked(String name) {
    return new RefusedModel(name, name);
  }

  /// Whether a route, a tier or an alias had put it in the place of what was asked.
  public boolean isOther() {
    return !name.equals(asked) && !asked.endsWith("/" + name);
  }

  /// `model gpt-4.1`, or `model gpt-4.1 in place of claude-opus-5-5`.
  public String label() {
    var named = "model " + shown(name);
    return isOther() ? named + " in place of " + shown(asked) : named;
  }

  private static String shown(String text) {
    return text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + "...";
  }
}
