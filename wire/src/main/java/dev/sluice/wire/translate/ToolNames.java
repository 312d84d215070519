package dev.sluice.wire.translate;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// Names and ids of tools as a provider takes them. What it would refuse, because it is too long or
/// has strange characters, becomes a part of itself and a hash: the same in every turn, and another
/// one for another name.
///
/// @param charsMax at least 16
public record ToolNames(int charsMax) {

  private static final Pattern STRANGE = Pattern.compile("[^A-Za-z0-9_-]");
  private static final int HASH_CHARS = 10;

  /// The name itself where the provider takes it.
  public String fitting(String name) {
    var plain = STRANGE.matcher(name).replaceAll("_");
    if (plain.equals(name) && !name.isEmpty() && name.length() <= charsMax) {
      return name;
    }
    int kept = Math.min(plain.length(), charsMax - HASH_CHARS - 1);
    return plain.substring(0, kept) + "_" + hash(name);
  }

  /// The names among these that the provider is told otherwise: from what it is told to the name.
  public Map<String, String> changed(Iterable<String> names) {
    var changed = new LinkedHashMap<String, String>();
    for (var name : names) {
      var told = fitting(name);
      if (!told.equals(name)) {
        changed.put(told, name);
      }
    }
    return changed;
  }

  private static String hash(String name) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      var bytes = sha256.digest(name.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes).substring(0, HASH_CHARS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }
}
