package dev.sluice.testkit.anthropic.rules;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Signs thinking as the API does, so that thinking changed on its way back is noticed.
public final class Signatures {

  /// The recorded traffic was written by another simulator, which signed all thinking with this.
  private static final String RECORDED = "c2lnbmF0dXJlLW1vY2s=";

  private static final byte[] KEY = "simulated-anthropic".getBytes(StandardCharsets.US_ASCII);
  private static final int SERIAL_BYTES = Long.BYTES;

  private Signatures() {}

  /// A signature of the thinking as it was shown; the serial makes each one different.
  public static String sign(String thinking, long serial) {
    var head = ByteBuffer.allocate(SERIAL_BYTES).putLong(serial).array();
    var code = code(head, thinking);
    var signature = ByteBuffer.allocate(head.length + code.length).put(head).put(code).array();
    return Base64.getEncoder().encodeToString(signature);
  }

  static boolean verifies(String thinking, String signature) {
    return signature.equals(RECORDED) || verifiesOwn(thinking, signature);
  }

  private static boolean verifiesOwn(String thinking, String signature) {
    if (!signature.matches("[A-Za-z0-9+/]+={0,2}") || signature.length() % 4 != 0) {
      return false;
    }
    var bytes = Base64.getDecoder().decode(signature);
    if (bytes.length <= SERIAL_BYTES) {
      return false;
    }
    var serial = ByteBuffer.wrap(bytes).getLong();
    return MessageDigest.isEqual(
        signature.getBytes(StandardCharsets.US_ASCII),
        sign(thinking, serial).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] code(byte[] serial, String thinking) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(KEY, "HmacSHA256"));
      mac.update(serial);
      return mac.doFinal(thinking.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("BUG: HmacSHA256 is part of every JDK", e);
    }
  }
}
