package dev.sluice.core.money;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/// Decimal strings as people write them in manifests, read exactly.
final class Decimals {

  private static final Pattern PLAIN = Pattern.compile("\\d{1,12}(\\.\\d{1,18})?");

  private Decimals() {}

  /// The value of `text` times ten to the power of `places`.
  static long scaled(String text, int places) {
    if (!PLAIN.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" (expected: a plain decimal such as \"12.50\")");
    }
    try {
      return new BigDecimal(text)
          .movePointRight(places)
          .setScale(0, RoundingMode.UNNECESSARY)
          .longValueExact();
    } catch (ArithmeticException _) {
      throw new IllegalArgumentException(
          "\"" + text + "\" (expected: at most " + places + " decimal places, below 9e9)");
    }
  }
}
