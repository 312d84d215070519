package dev.sluice.core.money;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/// A price in nano-dollars per million tokens.
public record PerMTok(long nanoUsd) implements Comparable<PerMTok> {

  private static final long MTOK = 1_000_000;

  /// Reads dollars per million tokens as people write them, for example `0.30`.
  ///
  /// @throws IllegalArgumentException for anything but a plain decimal of at most nine places
  public static PerMTok parse(String usdPerMTok) {
    return new PerMTok(Decimals.scaled(usdPerMTok, 9));
  }

  /// The cost of `tokens`, rounded up to a whole nano-dollar.
  public NanoUsd cost(long tokens) {
    if (tokens < 0) {
      throw new IllegalArgumentException("tokens: " + tokens + " (expected: 0 or more)");
    }
    if (Math.multiplyHigh(nanoUsd, tokens) == 0 && nanoUsd * tokens >= 0) {
      return new NanoUsd(Math.ceilDiv(nanoUsd * tokens, MTOK));
    }
    var product = BigInteger.valueOf(nanoUsd).multiply(BigInteger.valueOf(tokens));
    return new NanoUsd(
        new BigDecimal(product, 6).setScale(0, RoundingMode.CEILING).longValueExact());
  }

  /// The most whole tokens whose cost stays within `amount`; [Long#MAX_VALUE] where they are free.
  public long tokensFor(NanoUsd amount) {
    if (nanoUsd == 0) {
      return Long.MAX_VALUE;
    }
    return BigInteger.valueOf(Math.max(amount.nanos(), 0))
        .multiply(BigInteger.valueOf(MTOK))
        .divide(BigInteger.valueOf(nanoUsd))
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValue();
  }

  public PerMTok max(PerMTok other) {
    return nanoUsd >= other.nanoUsd ? this : other;
  }

  @Override
  public int compareTo(PerMTok other) {
    return Long.compare(nanoUsd, other.nanoUsd);
  }

  /// Dollars per million tokens as an exact decimal string.
  public String toUsd() {
    return new NanoUsd(nanoUsd).toUsd();
  }
}
