package dev.sluice.ledger.books;

import dev.sluice.ledger.Position;

/// Where the fast book stands.
///
/// @param base sequence of the last event before this epoch
public record BookState(Position position, Phase phase, long base) {

  /// Whether verbs are booked. In the order of the scripts' numbers.
  public enum Phase {
    OPEN,
    /// Nothing is booked until it is complete.
    REBUILDING,
    /// The same, and events that nobody has may be missing then.
    LOSS_ACCEPTED
  }

  public boolean rebuilding() {
    return phase != Phase.OPEN;
  }
}
