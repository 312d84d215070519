package dev.sluice.wire.anthropic;

import org.jspecify.annotations.Nullable;

/// How much of an answer's content passed, in bytes of UTF-8.
///
/// @param json of the inputs of tools
/// @param signature of thinking, in base64
/// @param largest the most in one event
public record VisibleBytes(long text, long thinking, long json, long signature, long largest) {

  public static final VisibleBytes NONE = new VisibleBytes(0, 0, 0, 0, 0);

  /// Reads `text,thinking,json,signature,largest`.
  public static VisibleBytes parse(@Nullable String numbers) {
    if (numbers == null) {
      return NONE;
    }
    var parts = numbers.split(",", -1);
    if (parts.length != 5) {
      throw new IllegalArgumentException("visible: " + numbers + " (expected: five numbers)");
    }
    return new VisibleBytes(
        Long.parseLong(parts[0]),
        Long.parseLong(parts[1]),
        Long.parseLong(parts[2]),
        Long.parseLong(parts[3]),
        Long.parseLong(parts[4]));
  }

  public boolean nothing() {
    return text + thinking + json + signature == 0;
  }

  /// Thinking that is not shown leaves its signature only.
  boolean thinkingHidden() {
    return thinking == 0 && signature > 0;
  }

  /// All that is content as the client reads it.
  public long content() {
    return text + json + thinking;
  }

  /// The bytes that stand for output. A signature carries thinking that is not shown, encrypted:
  /// four bytes for three.
  long weighed() {
    return content() + (thinkingHidden() ? signature * 3 / 4 : 0);
  }
}
