package dev.sluice.wire.anthropic;

import org.jspecify.annotations.Nullable;

/// What could be seen of an answer while it passed, in pieces: the words, numbers, marks and gaps
/// of a text.
///
/// @param text and the inputs of tools
/// @param thinking that was shown
/// @param signature of thinking that was not shown, in bytes of base64
/// @param largest the most in one event
/// @param open tokens told of the thinking that goes on out of sight; -1 where none does
/// @param bytes of the answer when this was published
public record Visible(
    long text, long thinking, long signature, long largest, long open, long bytes) {

  public static final Visible NONE = new Visible(0, 0, 0, 0, -1, 0);

  /// Sizes are published once they have grown by this part of them.
  private static final long GROWTH_PARTS = 16;

  /// Later events may be denser than those before.
  private static final double DENSER = 1.5;

  /// Reads `text,thinking,signature,largest,open,bytes`.
  public static Visible parse(@Nullable String numbers) {
    if (numbers == null) {
      return NONE;
    }
    var parts = numbers.split(",", -1);
    if (parts.length != 6) {
      throw new IllegalArgumentException("visible: " + numbers + " (expected: six numbers)");
    }
    return new Visible(
        Long.parseLong(parts[0]),
        Long.parseLong(parts[1]),
        Long.parseLong(parts[2]),
        Long.parseLong(parts[3]),
        Long.parseLong(parts[4]),
        Long.parseLong(parts[5]));
  }

  /// All that is content as the client reads it.
  public long content() {
    return text + thinking;
  }

  public boolean nothing() {
    return content() + signature == 0;
  }

  /// The most content that passed since this was published.
  ///
  /// @param bodyBytes of the answer in all
  public double unpublished(long bodyBytes) {
    double since = Math.max(bodyBytes - bytes, 0);
    double most = (double) content() / GROWTH_PARTS;
    return bytes == 0 ? most : Math.min(most, DENSER * content() * since / bytes);
  }
}
