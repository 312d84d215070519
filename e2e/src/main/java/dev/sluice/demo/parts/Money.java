package dev.sluice.demo.parts;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// US dollars as text.
public final class Money {

  private static final int NANO_PLACES = 9;

  private Money() {}

  /// To the nano-dollar, so that columns line up.
  public static String exact(BigDecimal usd) {
    return "$" + usd.setScale(NANO_PLACES, RoundingMode.UNNECESSARY).toPlainString();
  }

  /// As short as people write it: `$10`, `$0.5`.
  public static String brief(BigDecimal usd) {
    return "$" + usd.stripTrailingZeros().toPlainString();
  }

  /// What is left, in cents.
  public static String cents(BigDecimal usd) {
    return "$" + usd.setScale(2, RoundingMode.DOWN).toPlainString();
  }
}
