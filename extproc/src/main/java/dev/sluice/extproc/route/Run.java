package dev.sluice.extproc.route;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Names a session or an agent as a part of a limit's id. What clients call it is their text: what
/// is long or strange is hashed, so that it is short and nothing else has its name.
final class Run {

  private static final String NAMELESS = "-";
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final int HASH_CHARS = 32;

  private Run() {}

  static String of(@Nullable String said) {
    if (said == null) {
      return NAMELESS;
    }
    return PLAIN.matcher(said).matches() ? said : "#" + hash(said);
  }

  private static String hash(String said) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      var bytes = sha256.digest(said.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes).substring(0, HASH_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }
}
