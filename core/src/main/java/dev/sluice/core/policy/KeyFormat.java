package dev.sluice.core.policy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.zip.CRC32;

/// The format of the keys that we make: `sk-slc-`, 256 random bits, and a checksum, so that secret
/// scanners find a leaked key and a typo is told from an unknown key.
public final class KeyFormat {

  private static final String PREFIX = "sk-slc-";
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
  private static final int RANDOM_BITS = 256;
  private static final int RANDOM_CHARS = 43;
  private static final int CHECKSUM_CHARS = 6;
  private static final int CHARS = PREFIX.length() + RANDOM_CHARS + CHECKSUM_CHARS;

  private KeyFormat() {}

  /// A new key.
  public static String generate(SecureRandom random) {
    var body = PREFIX + base62(new BigInteger(RANDOM_BITS, random), RANDOM_CHARS);
    return body + checksum(body);
  }

  /// Whether this was meant to be one of our keys, mistyped or not.
  public static boolean looksOurs(String key) {
    return key.startsWith(PREFIX);
  }

  /// Whether this has our format and its checksum is right.
  public static boolean checksumOk(String key) {
    if (!looksOurs(key) || key.length() != CHARS) {
      return false;
    }
    int end = CHARS - CHECKSUM_CHARS;
    return checksum(key.substring(0, end)).equals(key.substring(end));
  }

  private static String checksum(String body) {
    var crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return base62(BigInteger.valueOf(crc.getValue()), CHECKSUM_CHARS);
  }

  private static String base62(BigInteger value, int chars) {
    var digits = new char[chars];
    var rest = value;
    for (int i = chars - 1; i >= 0; i--) {
      var quotient = rest.divideAndRemainder(BASE);
      digits[i] = DIGITS.charAt(quotient[1].intValue());
      rest = quotient[0];
    }
    return new String(digits);
  }
}
