package dev.sluice.ledger.books;

import java.util.List;

/// How a hold ended: what the ledger answers to a verb that is repeated, or comes late.
///
/// @param usd that was held, in nano-dollars
/// @param slots where it expired, to be corrected there; else none
public record EndedHold(
    Kind outcome,
    long usd,
    long tokens,
    long postedUsd,
    long postedTokens,
    long endedAt,
    List<Slot> slots) {
  public EndedHold {
    slots = List.copyOf(slots);
  }

  EndedHold corrected(Sums posted) {
    return new EndedHold(
        Kind.CORRECTED,
        usd,
        tokens,
        postedUsd + posted.usd(),
        postedTokens + posted.tokens(),
        endedAt,
        List.of());
  }
}
