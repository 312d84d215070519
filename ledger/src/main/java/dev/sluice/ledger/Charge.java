package dev.sluice.ledger;

import dev.sluice.core.money.NanoUsd;

/// What a call used in the end.
///
/// @param detail goes into the ledger's log with the end; kept as it is, at most 64 KiB
public record Charge(Amounts amounts, String detail) {

  private static final int DETAIL_CHARS_MAX = 64 << 10;

  public Charge {
    if (!amounts.isExact()) {
      throw new IllegalArgumentException(
          "charge: " + amounts + " (expected: $0.." + NanoUsd.MAX + ", and as many tokens)");
    }
    if (detail.length() > DETAIL_CHARS_MAX || detail.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "detail: "
              + detail.length()
              + " characters (expected: at most "
              + DETAIL_CHARS_MAX
              + ", none of them 0)");
    }
  }

  /// Money alone, and nothing to tell.
  public static Charge usd(NanoUsd usd) {
    return new Charge(Amounts.usd(usd), "");
  }

  public NanoUsd usd() {
    return amounts.usd();
  }
}
