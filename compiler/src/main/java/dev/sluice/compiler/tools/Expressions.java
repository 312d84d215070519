package dev.sluice.compiler.tools;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Regular expressions of a manifest: of those that Java reads, what RE2 has too. An engine of
/// RE2's kind takes time that grows with the text only; no other expression may need more than
/// that.
final class Expressions {

  private static final int REPEATS_MAX = 1_000;

  /// Of Java, and of RE2 not, or not the same.
  private static final String FOREIGN_ESCAPES = "GRXhHvVZeuNc";

  private Expressions() {}

  /// What is expected in place of the expression; null where it is well.
  static @Nullable String flaw(String expression) {
    try {
      Pattern.compile(expression);
    } catch (PatternSyntaxException e) {
      return "a regular expression of RE2's syntax: " + e.getDescription();
    }
    return new Scan(expression).flaw();
  }

  /// One pass over an expression that is well-formed.
  private static final class Scan {

    private final String text;
    private int at;
    private int depth;

    Scan(String text) {
      this.text = text;
    }

    private @Nullable String flaw() {
      for (; at < text.length(); at++) {
        var flaw = flawHere();
        if (flaw != null) {
          return flaw;
        }
      }
      return null;
    }

    private @Nullable String flawHere() {
      char c = text.charAt(at);
      if (c == '\\') {
        return escape();
      }
      if (c == '[') {
        return depth++ == 0 ? null : "no class within a class";
      }
      if (c == ']' && depth > 0) {
        depth--;
        return null;
      }
      if (depth > 0) {
        return text.startsWith("&&", at) ? "no && in a class" : null;
      }
      return switch (c) {
        case '(' -> group();
        case '*', '+', '?', '}' -> text.startsWith("+", at + 1) ? "no possessive quantifier" : null;
        case '{' -> repeats();
        default -> null;
      };
    }

    /// Skips what is escaped. `\Q` quotes, and `\E` ends it.
    private @Nullable String escape() {
      char next = text.charAt(++at);
      if (next == 'Q') {
        int end = text.indexOf("\\E", at);
        at = end < 0 ? text.length() : end + 1;
        return null;
      }
      if ((next >= '1' && next <= '9') || next == 'k') {
        return "no back-reference";
      }
      if (text.startsWith("{", at + 1)) {
        at = text.indexOf('}', at);
      }
      return FOREIGN_ESCAPES.indexOf(next) < 0 ? null : "an escape that RE2 has too";
    }

    private @Nullable String group() {
      if (!text.startsWith("?", at + 1)) {
        return null;
      }
      for (var look : new String[] {"?=", "?!", "?<=", "?<!"}) {
        if (text.startsWith(look, at + 1)) {
          return "no look-around";
        }
      }
      return text.startsWith("?>", at + 1) ? "no atomic group" : null;
    }

    private @Nullable String repeats() {
      int end = text.indexOf('}', at);
      for (var number : text.substring(at + 1, end).split(",", -1)) {
        if (number.length() > 4 || (!number.isEmpty() && Integer.parseInt(number) > REPEATS_MAX)) {
          return "repetitions of at most " + REPEATS_MAX;
        }
      }
      return null;
    }
  }
}
