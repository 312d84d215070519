package dev.sluice.mcp.serve.session;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Seals what a client keeps for us, so that it comes back as it was (HMAC-SHA256). All replicas
/// have the same secret.
public final class Seal {

  static final int SECRET_BYTES_MIN = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int TAG_BYTES = 32;

  private final SecretKeySpec secret;

  public Seal(byte[] secret) {
    if (secret.length < SECRET_BYTES_MIN) {
      throw new IllegalArgumentException(
          "secret: %d bytes (expected: at least %d)".formatted(secret.length, SECRET_BYTES_MIN));
    }
    this.secret = new SecretKeySpec(secret, ALGORITHM);
  }

  /// @param purpose what is sealed for one is nothing for another
  public String sealed(String purpose, byte[] content) {
    var tag = tag(purpose, content);
    var both = Arrays.copyOf(tag, tag.length + content.length);
    System.arraycopy(content, 0, both, tag.length, content.length);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(both);
  }

  /// Empty for what was not sealed here for that purpose.
  public Optional<byte[]> opened(String purpose, String token) {
    byte[] both;
    try {
      both = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
    if (both.length < TAG_BYTES) {
      return Optional.empty();
    }
    var content = Arrays.copyOfRange(both, TAG_BYTES, both.length);
    var given = Arrays.copyOf(both, TAG_BYTES);
    return MessageDigest.isEqual(given, tag(purpose, content))
        ? Optional.of(content)
        : Optional.empty();
  }

  private byte[] tag(String purpose, byte[] content) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(secret);
      mac.update(purpose.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: every JDK has HMAC-SHA256", e);
    }
  }
}
