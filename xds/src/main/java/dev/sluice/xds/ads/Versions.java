package dev.sluice.xds.ads;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Versions of content: a digest with a key of this process, since versions are shown by Envoy's
/// admin interface, and a plain digest of a secret could be guessed at.
final class Versions {

  private static final byte[] KEY = new byte[32];

  static {
    new SecureRandom().nextBytes(KEY);
  }

  private Versions() {}

  @SafeVarargs
  static String of(List<ByteString>... parts) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
      for (var part : parts) {
        mac.update(length(part.size()));
        for (var item : part) {
          mac.update(length(item.size()));
          mac.update(item.toByteArray());
        }
      }
      return HexFormat.of().formatHex(mac.doFinal(), 0, 8);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: no HmacSHA256", e);
    }
  }

  private static byte[] length(int length) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
  }
}
