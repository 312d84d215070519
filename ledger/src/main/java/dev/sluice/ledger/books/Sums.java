package dev.sluice.ledger.books;

import dev.sluice.core.budget.Measure;

/// What an event adds to one column of the books, by measure.
///
/// @param usd in nano-dollars
public record Sums(long usd, long tokens, long requests, long concurrent) {

  public static final Sums ZERO = new Sums(0, 0, 0, 0);

  /// What a hold claims: a request and its place among concurrent ones go without saying.
  static Sums ofHold(long usd, long tokens) {
    return new Sums(usd, tokens, 1, 1);
  }

  public long of(Measure measure) {
    return switch (measure) {
      case USD -> usd;
      case TOKENS -> tokens;
      case REQUESTS -> requests;
      case CONCURRENT -> concurrent;
    };
  }

  Sums negated() {
    return new Sums(-usd, -tokens, -requests, -concurrent);
  }
}
