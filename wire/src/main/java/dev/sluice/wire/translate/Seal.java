package dev.sluice.wire.translate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whose a thought is: told in the signature that a client keeps with the thought and sends back in
/// every later turn, `sluice.ORIGIN.SIGNATURE`.
///
/// Only its origin can do anything with a thought, and another one refuses it; a session can change
/// its provider in the middle, so each provider is sent its own thoughts and no others. What
/// Anthropic signed, on any cloud, stays as it is. The same holds for thinking that is sealed as a
/// whole.
///
/// @param origin of the thought: [#ANTHROPIC], or the name that it was sealed with; empty for a
///   seal that is broken, which nobody owns
/// @param signature the origin's own; null where it gave none
public record Seal(String origin, @Nullable String signature) {

  /// Of every signature without a seal of ours.
  public static final String ANTHROPIC = "anthropic";

  /// What each seal of ours begins with; Anthropic's signatures are base64, which has no full stop.
  public static final String MARK = "sluice.";

  private static final byte[] QUOTED = ("\"" + MARK).getBytes(StandardCharsets.US_ASCII);
  private static final byte[] QUOTED_ID =
      ("\"" + SearchIds.MARK).getBytes(StandardCharsets.US_ASCII);

  private static final Pattern ORIGIN = Pattern.compile("[a-z0-9-]{1,63}");

  /// What the client is told. A signature that is sealed already stays as it is.
  ///
  /// @param origin lower-case letters, digits and hyphens
  public static String seal(String origin, @Nullable String signature) {
    if (!ORIGIN.matcher(origin).matches()) {
      throw new IllegalArgumentException("origin: " + origin + " (expected: " + ORIGIN + ")");
    }
    var own = signature == null ? "" : signature;
    if (origin.equals(ANTHROPIC) || own.startsWith(MARK)) {
      return own;
    }
    var bytes = own.getBytes(StandardCharsets.UTF_8);
    return MARK + origin + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /// Reads what a client sent back.
  public static Seal open(@Nullable String told) {
    if (told == null || !told.startsWith(MARK)) {
      return new Seal(ANTHROPIC, told == null || told.isEmpty() ? null : told);
    }
    int dot = told.indexOf('.', MARK.length());
    var origin = dot < 0 ? "" : told.substring(MARK.length(), dot);
    if (!ORIGIN.matcher(origin).matches() || origin.equals(ANTHROPIC)) {
      return new Seal("", null);
    }
    try {
      var bytes = Base64.getUrlDecoder().decode(told.substring(dot + 1));
      return new Seal(origin, bytes.length == 0 ? null : new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      return new Seal("", null);
    }
  }

  /// Whether a body may have one, or the id of another's search: false for nearly all bodies, and
  /// found without reading them.
  public static boolean mayBeIn(byte[] bytes, int offset, int length) {
    int end = offset + length;
    for (int i = offset; i < end; i++) {
      if (bytes[i] == '"' && (isAt(QUOTED, bytes, i, end) || isAt(QUOTED_ID, bytes, i, end))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAt(byte[] mark, byte[] bytes, int at, int end) {
    return at + mark.length <= end
        && Arrays.equals(bytes, at, at + mark.length, mark, 0, mark.length);
  }

  public boolean isOf(String provider) {
    return origin.equals(provider);
  }
}
