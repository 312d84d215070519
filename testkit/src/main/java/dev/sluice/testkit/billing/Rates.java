package dev.sluice.testkit.billing;

import java.math.BigDecimal;

/// USD per million tokens, as people write them. Decimals divided by a million stay decimals, so a
/// [BigDecimal] is the exact rational here, and nothing is ever rounded.
public record Rates(
    BigDecimal input,
    BigDecimal output,
    BigDecimal cacheRead,
    BigDecimal cacheWrite5m,
    BigDecimal cacheWrite1h) {

  private static final int PER_MILLION = 6;

  public static Rates of(
      String input, String output, String cacheRead, String cacheWrite5m, String cacheWrite1h) {
    return new Rates(
        new BigDecimal(input),
        new BigDecimal(output),
        new BigDecimal(cacheRead),
        new BigDecimal(cacheWrite5m),
        new BigDecimal(cacheWrite1h));
  }

  BigDecimal cost(Usage usage) {
    return cost(input, usage.input())
        .add(cost(output, usage.output()))
        .add(cost(cacheRead, usage.cacheRead()))
        .add(cost(cacheWrite5m, usage.cacheWrite5m()))
        .add(cost(cacheWrite1h, usage.cacheWrite1h()));
  }

  private static BigDecimal cost(BigDecimal rate, long tokens) {
    return rate.multiply(BigDecimal.valueOf(tokens)).movePointLeft(PER_MILLION);
  }
}
