package dev.sluice.core.money;

import java.math.BigDecimal;
import java.math.RoundingMode;

/// An exact amount of money in nano-dollars (1e-9 USD).
///
/// Arithmetic that leaves 64 bits throws [ArithmeticException].
public record NanoUsd(long nanos) implements Comparable<NanoUsd> {

  public static final NanoUsd ZERO = new NanoUsd(0);

  /// The largest amount that the ledger accepts: a number in a Redis script is exact to 2^53.
  public static final NanoUsd MAX = new NanoUsd(1L << 53);

  private static final int SCALE = 9;

  /// Reads dollars as people write them, for example `50` or `0.045`.
  ///
  /// @throws IllegalArgumentException for anything but a plain decimal of at most nine places
  public static NanoUsd parse(String usd) {
    return new NanoUsd(Decimals.scaled(usd, SCALE));
  }

  public NanoUsd plus(NanoUsd other) {
    return new NanoUsd(Math.addExact(nanos, other.nanos));
  }

  public NanoUsd minus(NanoUsd other) {
    return new NanoUsd(Math.subtractExact(nanos, other.nanos));
  }

  public NanoUsd times(long count) {
    return new NanoUsd(Math.multiplyExact(nanos, count));
  }

  public NanoUsd min(NanoUsd other) {
    return nanos <= other.nanos ? this : other;
  }

  public NanoUsd max(NanoUsd other) {
    return nanos >= other.nanos ? this : other;
  }

  public boolean moreThan(NanoUsd other) {
    return nanos > other.nanos;
  }

  /// Dollars as an exact decimal string: no exponent, no trailing zeros.
  public String toUsd() {
    var usd = BigDecimal.valueOf(nanos, SCALE).stripTrailingZeros();
    return usd.setScale(Math.max(usd.scale(), 0), RoundingMode.UNNECESSARY).toPlainString();
  }

  @Override
  public int compareTo(NanoUsd other) {
    return Long.compare(nanos, other.nanos);
  }

  @Override
  public String toString() {
    return "$" + toUsd();
  }
}
