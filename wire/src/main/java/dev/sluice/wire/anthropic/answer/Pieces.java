package dev.sluice.wire.anthropic.answer;

/// The size of text in pieces: the words, numbers, marks and gaps that tokenizers cut a text into.
///
/// It counts as the meter inside Envoy does (`pieces.lua`), so that what is learned from whole
/// answers there is true of an answer that is watched here.
final class Pieces {

  /// A longer word is several pieces, one for each so many bytes more.
  private static final int WORD_BYTES = 8;

  private static final int WORD_MORE_BYTES = 4;
  private static final int DIGITS = 3;
  private static final int REPEATED = 4;
  private static final int UNICODE_ESCAPE_BYTES = 6;

  private enum Kind {
    NONE,
    WORD,
    DIGIT,
    GAP,
    MARK,
    WIDE,
    REST
  }

  private Pieces() {}

  /// The pieces of the JSON string whose content starts at `from`.
  static long of(byte[] json, int from, int to) {
    long pieces = 0;
    var before = Kind.NONE;
    int run = 0;
    int last = 0;
    for (int at = from; at < to && json[at] != '"'; ) {
      int c = json[at] & 0xFF;
      boolean escaped = c == '\\';
      var kind = escaped ? escape(json, at, to) : kind(c);
      at += escaped ? escapeBytes(json, at, to) : 1;
      if (kind == Kind.REST) {
        continue;
      }
      run = kind == before && (kind != Kind.MARK || c == last) ? run + 1 : 1;
      // A single space belongs to the word behind it.
      boolean joined = run == 1 && before == Kind.GAP && last == ' ';
      if (begins(kind, run) && !(kind == Kind.WORD && joined)) {
        pieces++;
      }
      last = kind == Kind.GAP && run > 1 ? 0 : c;
      before = kind;
    }
    return pieces;
  }

  /// Whether a piece begins with the character that is number `run` of its kind in a row.
  private static boolean begins(Kind kind, int run) {
    return switch (kind) {
      case WORD -> run == 1 || (run > WORD_BYTES && (run - WORD_BYTES) % WORD_MORE_BYTES == 1);
      case DIGIT -> run % DIGITS == 1;
      case GAP -> run == 1;
      case MARK -> run % REPEATED == 1;
      case WIDE -> true;
      case NONE, REST -> false;
    };
  }

  private static Kind kind(int c) {
    if (c >= '0' && c <= '9') {
      return Kind.DIGIT;
    }
    boolean letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xC0 && c < 0xE0);
    if (letter) {
      return Kind.WORD; // ASCII, and the letters of two bytes
    }
    if (c <= ' ') {
      return Kind.GAP;
    }
    if (c < 0x80) {
      return Kind.MARK;
    }
    return c < 0xC0 ? Kind.REST : Kind.WIDE; // REST: of a character of several bytes
  }

  private static Kind escape(byte[] json, int at, int to) {
    return switch (at + 1 < to ? json[at + 1] : 0) {
      case 'u' -> Kind.WIDE;
      case 'n', 't', 'r', 'b', 'f' -> Kind.GAP;
      default -> Kind.MARK;
    };
  }

  private static int escapeBytes(byte[] json, int at, int to) {
    return at + 1 < to && json[at + 1] == 'u' ? UNICODE_ESCAPE_BYTES : 2;
  }

  /// The bytes of the JSON string whose content starts at `from`.
  static int bytes(byte[] json, int from, int to) {
    int at = from;
    while (at < to && json[at] != '"') {
      at += json[at] == '\\' ? 2 : 1;
    }
    return at - from;
  }
}
