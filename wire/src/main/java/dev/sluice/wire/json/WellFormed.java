package dev.sluice.wire.json;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Puts U+FFFD in the place of each half of a character: clients cut texts between the two halves
/// of a surrogate pair, JSON can carry that, UTF-8 cannot, and providers refuse it.
public final class WellFormed {

  private static final int ESCAPE_BYTES = 6;
  private static final byte[] REPLACEMENT_ESCAPE = {'\\', 'u', 'f', 'f', 'f', 'd'};
  private static final byte[] REPLACEMENT = {(byte) 0xEF, (byte) 0xBF, (byte) 0xBD};
  private static final byte[] NONE = new byte[0];

  private WellFormed() {}

  public static String text(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return mended(text);
      }
    }
    return text;
  }

  private static String mended(String text) {
    var mended = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
        .forEach(mended::appendCodePoint);
    return mended.toString();
  }

  /// A mended copy of the JSON that starts at `offset`; null where nothing was to mend.
  public static byte @Nullable [] json(byte[] bytes, int offset, int length) {
    int end = offset + length;
    byte[] mended = null;
    for (int i = offset; i < end; ) {
      byte next = bytes[i];
      if (next != '\\' && next != (byte) 0xED) {
        i++;
        continue;
      }
      int taken = next == '\\' ? escapeBytes(bytes, i, end) : 1;
      byte[] half = next == '\\' ? halfEscaped(bytes, i, end, taken) : half(bytes, i, end);
      if (half.length > 0) {
        mended = mended == null ? Arrays.copyOfRange(bytes, offset, end) : mended;
        System.arraycopy(half, 0, mended, i - offset, half.length);
        taken = half.length;
      }
      i += taken;
    }
    return mended;
  }

  /// A whole pair is taken at once.
  private static int escapeBytes(byte[] bytes, int at, int end) {
    if (!Character.isHighSurrogate(escaped(bytes, at, end))) {
      return 2;
    }
    boolean pair = Character.isLowSurrogate(escaped(bytes, at + ESCAPE_BYTES, end));
    return pair ? 2 * ESCAPE_BYTES : ESCAPE_BYTES;
  }

  private static byte[] halfEscaped(byte[] bytes, int at, int end, int taken) {
    boolean half = taken <= ESCAPE_BYTES && Character.isSurrogate(escaped(bytes, at, end));
    return half ? REPLACEMENT_ESCAPE : NONE;
  }

  /// The character of an escape `\\uXXXX`; 0 for all else.
  private static char escaped(byte[] bytes, int at, int end) {
    if (at + ESCAPE_BYTES > end || bytes[at] != '\\' || bytes[at + 1] != 'u') {
      return 0;
    }
    int c = 0;
    for (int i = at + 2; i < at + ESCAPE_BYTES; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        return 0;
      }
      c = 16 * c + digit;
    }
    return (char) c;
  }

  /// A half written as if it were a character of three bytes.
  private static byte[] half(byte[] bytes, int at, int end) {
    boolean half = at + 2 < end && (bytes[at + 1] & 0xE0) == 0xA0;
    return half ? REPLACEMENT : NONE;
  }
}
