package dev.sluice.ledger.books;

import dev.sluice.ledger.Position;

/// Where the fast book stands.
///
/// @param rebuilding nothing is booked until it is complete
/// @param base sequence of the last event before this epoch
public record BookState(Position position, boolean rebuilding, long base) {}
