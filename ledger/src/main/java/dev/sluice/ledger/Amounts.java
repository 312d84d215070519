package dev.sluice.ledger;

import dev.sluice.core.money.NanoUsd;

/// What a hold claims, by measure. A request and its place among concurrent ones go without saying.
///
/// @param tokens of all classes
public record Amounts(NanoUsd usd, long tokens) {

  public static final Amounts ZERO = new Amounts(NanoUsd.ZERO, 0);

  /// Money alone, where no limit counts tokens.
  public static Amounts usd(NanoUsd usd) {
    return new Amounts(usd, 0);
  }

  public Amounts plus(Amounts other) {
    return new Amounts(usd.plus(other.usd), Math.addExact(tokens, other.tokens));
  }

  /// Whether no part is more than the other's.
  public boolean within(Amounts other) {
    return !usd.moreThan(other.usd) && tokens <= other.tokens;
  }

  @Override
  public String toString() {
    return usd + " and " + tokens + " tokens";
  }

  /// Whether each part is a number that the ledger keeps exactly.
  boolean isExact() {
    return usd.nanos() >= 0
        && tokens >= 0
        && !usd.moreThan(NanoUsd.MAX)
        && tokens <= NanoUsd.MAX.nanos();
  }
}
