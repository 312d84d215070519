package dev.sluice.mcp.rpc;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// A text as the value of a header: as it is where that is safe, else in Base64 between marks.
public final class HeaderText {

  private static final String START = "=?base64?";
  private static final String END = "?=";

  private HeaderText() {}

  public static String encoded(String text) {
    return safe(text) && !marked(text)
        ? text
        : START + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + END;
  }

  /// Empty for a value that no client may send.
  public static Optional<String> decoded(String value) {
    if (!marked(value)) {
      return safe(value) ? Optional.of(value) : Optional.empty();
    }
    try {
      var bytes =
          Base64.getDecoder()
              .decode(value.substring(START.length(), value.length() - END.length()));
      return Optional.of(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static boolean marked(String text) {
    return text.length() >= START.length() + END.length()
        && text.startsWith(START)
        && text.endsWith(END);
  }

  private static boolean safe(String text) {
    return !text.isEmpty()
        && text.strip().length() == text.length()
        && text.chars().allMatch(c -> c == '\t' || (c >= 0x20 && c <= 0x7e));
  }
}
