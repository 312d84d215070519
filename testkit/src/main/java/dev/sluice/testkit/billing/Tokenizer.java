package dev.sluice.testkit.billing;

import java.util.ArrayList;
import java.util.List;

/// Splits text into tokens, deterministically, much as a byte-pair encoding does: short words with
/// their leading space are one token, long words several, digits go in threes, and indentation in
/// runs. A token has at least one byte, and no constant number of them.
public final class Tokenizer {

  private static final int WHOLE_WORD_MAX = 7;
  private static final int WORD_PIECE_MIN = 3;
  private static final int DIGITS_MAX = 3;
  private static final int SPACES_MAX = 16;
  private static final int REPEATED_MARKS_MAX = 4;

  private Tokenizer() {}

  public static long count(String text) {
    var count = 0L;
    for (var at = 0; at < text.length(); at = end(text, at)) {
      count++;
    }
    return count;
  }

  public static List<String> split(String text) {
    var tokens = new ArrayList<String>();
    for (var at = 0; at < text.length(); ) {
      var end = end(text, at);
      tokens.add(text.substring(at, end));
      at = end;
    }
    return tokens;
  }

  private static int end(String text, int at) {
    var first = text.charAt(at);
    if (first == ' ' && at + 1 < text.length() && isWordLetter(text.charAt(at + 1))) {
      return wordEnd(text, at + 1);
    }
    if (isWordLetter(first)) {
      return wordEnd(text, at);
    }
    if (isDigit(first)) {
      return runEnd(text, at, DIGITS_MAX, Tokenizer::isDigit);
    }
    if (first == ' ' || first == '\n') {
      return runEnd(text, at, SPACES_MAX, c -> c == ' ' || c == '\n');
    }
    if (Character.isHighSurrogate(first)) {
      return Math.min(at + 2, text.length());
    }
    return runEnd(text, at, first < 128 ? REPEATED_MARKS_MAX : 1, c -> c == first);
  }

  private static int wordEnd(String text, int from) {
    var end = runEnd(text, from, Integer.MAX_VALUE, Tokenizer::isWordLetter);
    if (end - from <= WHOLE_WORD_MAX) {
      return end;
    }
    return from + WORD_PIECE_MIN + text.charAt(from) % 3;
  }

  private interface Kind {
    boolean holds(char c);
  }

  private static int runEnd(String text, int from, int max, Kind kind) {
    var end = from;
    while (end < text.length() && end - from < max && kind.holds(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /// Letters of alphabets; ideographs are tokens by themselves.
  private static boolean isWordLetter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c > 127 && c < 0x2000 && Character.isLetter(c));
  }
}
