package dev.sluice.core.policy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// The SHA-256 of a virtual key: all that is ever kept of it.
public record KeyDigest(String hex) {

  public static KeyDigest of(String key) {
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      return new KeyDigest(
          HexFormat.of().formatHex(sha256.digest(key.getBytes(StandardCharsets.UTF_8))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: every JDK has SHA-256", e);
    }
  }

  /// Compares in constant time.
  @Override
  public boolean equals(Object other) {
    return other instanceof KeyDigest(var otherHex)
        && MessageDigest.isEqual(
            hex.getBytes(StandardCharsets.US_ASCII), otherHex.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public int hashCode() {
    return hex.hashCode();
  }
}
