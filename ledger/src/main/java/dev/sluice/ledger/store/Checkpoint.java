package dev.sluice.ledger.store;

import dev.sluice.ledger.books.Books;
import java.util.Locale;

/// The books at a moment, so that not all events need be kept, or read again.
///
/// @param lastId of the last event in the stream that they have
/// @param source what they were made from
record Checkpoint(Books books, String lastId, Source source) {

  /// What the books were made from.
  enum Source {
    /// The events of the store itself.
    LOG,
    /// What Redis held, since the store had not all events.
    REDIS;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Source of(String word) {
      return word.equals(REDIS.word()) ? REDIS : LOG;
    }
  }
}
