package dev.sluice.wire.openai;

import dev.sluice.wire.translate.ToolNames;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// Ids of tool calls as a provider takes them: any of up to so many characters, or, where that is
/// fewer than sixteen, exactly so many letters and digits. The same id always becomes the same one.
///
/// @param charsMax at most 64
public record CallIds(int charsMax) {

  private static final int ANY_CHARS_MIN = 16;
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9]+");

  public String fitting(String id) {
    if (charsMax < ANY_CHARS_MIN) {
      boolean fits = id.length() == charsMax && PLAIN.matcher(id).matches();
      return fits ? id : hash(id).substring(0, charsMax);
    }
    return !id.isEmpty() && id.length() <= charsMax ? id : new ToolNames(charsMax).fitting(id);
  }

  /// An id for a call that came without one: the same for the same place of the same answer.
  public static String made(String answer, int place) {
    return "call_" + hash(answer + "#" + place).substring(0, 24);
  }

  private static String hash(String text) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }
}
