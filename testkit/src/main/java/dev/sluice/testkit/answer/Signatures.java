package dev.sluice.testkit.answer;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs thinking as providers do, so that thinking changed on its way back is noticed.
///
/// @param provider whose signatures these are; those of another do not verify
public record Signatures(String provider) {

  private static final int SERIAL_BYTES = Long.BYTES;
  private static final int CODE_BYTES = 32;
  private static final byte SEAL = 0x5a;

  /// A signature of the thinking as it was shown, which may be not at all. As the API's, it carries
  /// the whole thinking, sealed, so its length tells how much there was.
  ///
  /// @param serial makes each one different
  public String sign(String shown, String thinking, long serial) {
    var head = ByteBuffer.allocate(SERIAL_BYTES).putLong(serial).array();
    var sealed = sealed(thinking);
    var code = code(head, shown, sealed);
    var signature = ByteBuffer.allocate(head.length + code.length + sealed.length);
    return Base64.getEncoder().encodeToString(signature.put(head).put(code).put(sealed).array());
  }

  public boolean verifies(String thinking, String signature) {
    if (!signature.matches("[A-Za-z0-9+/]+={0,2}") || signature.length() % 4 != 0) {
      return false;
    }
    var bytes = ByteBuffer.wrap(Base64.getDecoder().decode(signature));
    if (bytes.remaining() < SERIAL_BYTES + CODE_BYTES) {
      return false;
    }
    var head = new byte[SERIAL_BYTES];
    var code = new byte[CODE_BYTES];
    bytes.get(head).get(code);
    var sealed = new byte[bytes.remaining()];
    bytes.get(sealed);
    return MessageDigest.isEqual(code, code(head, thinking, sealed));
  }

  private static byte[] sealed(String thinking) {
    var bytes = thinking.getBytes(StandardCharsets.UTF_8);
    for (var i = 0; i < bytes.length; i++) {
      bytes[i] ^= SEAL;
    }
    return bytes;
  }

  private byte[] code(byte[] serial, String shown, byte[] sealed) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(provider.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      mac.update(serial);
      mac.update(shown.getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(sealed);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: HmacSHA256 is part of every JDK", e);
    }
  }
}
