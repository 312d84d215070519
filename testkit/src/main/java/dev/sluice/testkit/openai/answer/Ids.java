package dev.sluice.testkit.openai.answer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Ids as the API makes them, always the same for the same part of the same answer.
final class Ids {

  private static final int CALL_DIGITS = 24;
  private static final int ITEM_DIGITS = 50;

  private Ids() {}

  static String chat(String requestId) {
    return "chatcmpl-" + digits(requestId, CALL_DIGITS);
  }

  static String call(String requestId, int index) {
    return "call_" + digits(requestId + "/" + index, CALL_DIGITS);
  }

  static String response(String requestId) {
    return "resp_" + digits(requestId, ITEM_DIGITS);
  }

  /// @param prefix such as `msg_`
  static String item(String prefix, String requestId, int index) {
    return prefix + digits(prefix + requestId + "/" + index, ITEM_DIGITS);
  }

  private static String digits(String seed, int count) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(seed.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash).substring(0, count);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("BUG: SHA-256 is part of every JDK", e);
    }
  }
}
