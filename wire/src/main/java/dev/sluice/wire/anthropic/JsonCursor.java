package dev.sluice.wire.anthropic;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Reads JSON forwards over a byte array, without making objects of it.
///
/// It accepts exactly what RFC 8259 calls JSON, in UTF-8 and without a byte order mark, but for
/// bytes above 127, which are not checked: none of them can be part of the structure.
///
/// Strings are nearly all of a body. They are skipped sixteen bytes at a time, each word compared
/// with the quote, the backslash and the control characters at once.
public final class JsonCursor {

  static final int DEPTH_MAX = 256;

  private static final int DIGITS_MAX = 9;
  private static final int SHOWN_BYTES_MAX = 64;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGHS = 0x8080808080808080L;
  private static final long TWOS = 2 * ONES;
  private static final long BACKSLASHES = '\\' * ONES;
  private static final long SPACES_AND_ONES = 0x21 * ONES;
  private static final int STRIDE = 2 * Long.BYTES;

  private final byte[] bytes;
  private final int base;
  private final int end;
  private int at;
  private int textStart;
  private int textEnd;
  private boolean textEscaped;
  private boolean lifetimeSeen;

  public JsonCursor(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.base = offset;
    this.at = offset;
    this.end = offset + length;
  }

  /// The next byte that is no white space, without taking it.
  public byte peek() {
    while (at < end) {
      byte next = bytes[at];
      if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
        return next;
      }
      at++;
    }
    throw new MalformedBodyException("body: ends at byte " + (end - base), "JSON that is whole");
  }

  /// Takes the next byte that is no white space, if it is this one.
  boolean take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  void expect(char wanted) {
    if (!take(wanted)) {
      throw unexpected("'" + wanted + "'");
    }
  }

  /// Takes the start of an object or array; false where it ends at once.
  public boolean open(char open, char close) {
    expect(open);
    return !take(close);
  }

  /// After an element: true where another one follows, false where `close` was taken.
  public boolean next(char close) {
    if (take(',')) {
      return true;
    }
    if (!take(close)) {
      throw unexpected("',' or '" + close + "'");
    }
    return false;
  }

  public void expectEnd() {
    while (at < end) {
      if (peekIsSpace()) {
        at++;
      } else {
        throw unexpected("the end of the body");
      }
    }
  }

  private boolean peekIsSpace() {
    byte next = bytes[at];
    return next == ' ' || next == '\n' || next == '\r' || next == '\t';
  }

  /// Where the cursor is, counted from the body's first byte.
  public int position() {
    return at - base;
  }

  /// Takes a string; [#textIs] and [#text] tell what it says.
  public void string() {
    expect('"');
    textStart = at;
    textEscaped = false;
    at = stringEnd(at);
    textEnd = at;
    at++;
  }

  /// Takes a key and its colon.
  public void key() {
    string();
    lifetimeSeen |= textIs("ttl");
    expect(':');
  }

  /// Whether a key `ttl` was taken, wherever it stood.
  boolean lifetimeSeen() {
    return lifetimeSeen;
  }

  /// Of the last string, as it is written.
  public int textBytes() {
    return textEnd - textStart;
  }

  /// Whether the last string says this; `wanted` is plain ASCII.
  public boolean textIs(String wanted) {
    return textEscaped ? text().equals(wanted) : textBytes() == wanted.length() && begins(wanted);
  }

  public boolean textStartsWith(String wanted) {
    return textEscaped
        ? text().startsWith(wanted)
        : textBytes() >= wanted.length() && begins(wanted);
  }

  private boolean begins(String wanted) {
    for (int i = 0; i < wanted.length(); i++) {
      if (bytes[textStart + i] != wanted.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// The last string, decoded.
  public String text() {
    var raw = new String(bytes, textStart, textBytes(), StandardCharsets.UTF_8);
    return textEscaped ? decoded(raw) : raw;
  }

  private int stringEnd(int from) {
    int i = from;
    while (true) {
      i = special(i);
      byte found = bytes[i];
      if (found == '"') {
        return i;
      }
      at = i;
      if (found != '\\') {
        throw unexpected("no control character within a string");
      }
      textEscaped = true;
      i = escapeEnd(i + 1);
    }
  }

  /// The first quote, backslash or control character.
  private int special(int from) {
    int i = from;
    for (; i <= end - STRIDE; i += STRIDE) {
      long first = found((long) LONGS.get(bytes, i));
      long second = found((long) LONGS.get(bytes, i + 8));
      if ((first | second) != 0) {
        return first != 0 ? i + lowest(first) : i + 8 + lowest(second);
      }
    }
    for (; i < end; i++) {
      byte next = bytes[i];
      if (next == '"' || next == '\\' || (next >= 0 && next < ' ')) {
        return i;
      }
    }
    throw new MalformedBodyException("body: ends within a string", "JSON that is whole");
  }

  /// Marks the high bit of each byte that is special; above the first such byte a borrow can mark
  /// others, so only the lowest mark counts. One subtraction finds both the quote and what is below
  /// the space: with its second bit flipped, the quote is the space, and the space is more.
  private static long found(long word) {
    long backslash = word ^ BACKSLASHES;
    long below = (((word ^ TWOS) - SPACES_AND_ONES) & ~word);
    return (((backslash - ONES) & ~backslash) | below) & HIGHS;
  }

  private static int lowest(long marks) {
    return Long.numberOfTrailingZeros(marks) >>> 3;
  }

  private int escapeEnd(int i) {
    at = i;
    if (i >= end) {
      throw new MalformedBodyException("body: ends within a string", "JSON that is whole");
    }
    return switch (bytes[i]) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> i + 1;
      case 'u' -> hexEnd(i + 1);
      default -> throw unexpected("an escape of JSON");
    };
  }

  private int hexEnd(int from) {
    for (int i = from; i < from + 4; i++) {
      at = i;
      if (i >= end || Character.digit(bytes[i], 16) < 0) {
        throw unexpected("four hexadecimal digits");
      }
    }
    return from + 4;
  }

  private void number() {
    take('-');
    if (at < end && bytes[at] == '0') {
      at++;
    } else {
      digits();
    }
    if (at < end && bytes[at] == '.') {
      at++;
      digits();
    }
    if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
      at++;
      if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
        at++;
      }
      digits();
    }
  }

  private void digits() {
    int start = at;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw unexpected("a digit");
    }
  }

  /// Takes any value, and tells whether it was a string.
  public boolean skipText(int depth) {
    boolean isText = peek() == '"';
    skip(depth);
    return isText;
  }

  /// Takes a number of digits only.
  ///
  /// @param name of the field, for the message
  public long wholeNumber(String name, int depth) {
    peek();
    int start = at;
    skip(depth);
    int length = at - start;
    for (int i = start; i < at && length <= DIGITS_MAX; i++) {
      length = bytes[i] >= '0' && bytes[i] <= '9' ? length : Integer.MAX_VALUE;
    }
    var shown =
        new String(bytes, start, Math.min(at - start, SHOWN_BYTES_MAX), StandardCharsets.UTF_8);
    if (length > DIGITS_MAX) {
      throw new MalformedBodyException(
          name + ": " + shown, "a whole number of at most " + DIGITS_MAX + " digits");
    }
    return Long.parseLong(shown);
  }

  void literal(String word) {
    peek();
    for (int i = 0; i < word.length(); i++) {
      if (at >= end || bytes[at] != word.charAt(i)) {
        throw unexpected(word);
      }
      at++;
    }
  }

  /// Takes any value.
  public void skip(int depth) {
    switch (peek()) {
      case '"' -> string();
      case '{' -> skipObject(depth);
      case '[' -> skipArray(depth);
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    }
  }

  private void skipObject(int depth) {
    enter(depth);
    for (boolean more = open('{', '}'); more; more = next('}')) {
      key();
      skip(depth + 1);
    }
  }

  private void skipArray(int depth) {
    enter(depth);
    for (boolean more = open('[', ']'); more; more = next(']')) {
      skip(depth + 1);
    }
  }

  /// To be called before each object or array, so that a deep body cannot exhaust the stack.
  public void enter(int depth) {
    if (depth >= DEPTH_MAX) {
      throw new MalformedBodyException(
          "body: nested deeper than " + DEPTH_MAX + " at byte " + position(),
          "at most " + DEPTH_MAX);
    }
  }

  private MalformedBodyException unexpected(String expected) {
    if (at >= end) {
      return new MalformedBodyException("body: ends at byte " + (end - base), expected);
    }
    return new MalformedBodyException("body: not JSON at byte " + position(), expected);
  }

  /// Of a string that is known to be well-formed.
  private static String decoded(String raw) {
    var text = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      char next = raw.charAt(i);
      if (next != '\\') {
        text.append(next);
        continue;
      }
      char escape = raw.charAt(++i);
      if (escape == 'u') {
        text.append((char) Integer.parseInt(raw, i + 1, i + 5, 16));
        i += 4;
      } else {
        text.append(meaning(escape));
      }
    }
    return text.toString();
  }

  private static char meaning(char escape) {
    return switch (escape) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> escape;
    };
  }
}
