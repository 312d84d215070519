package dev.sluice.ledger.redis;

import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Position;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// The last event that this client has been told of. Every call names it, so that a store that has
/// forgotten it is found out before it books anything.
final class SeenPosition {

  private final AtomicReference<Position> last = new AtomicReference<>(Position.NONE);

  Position position() {
    return last.get();
  }

  /// Begins with the position that the store tells.
  void open(List<Object> reply) {
    last.set(Replies.position(reply));
  }

  /// The reply of a verb, and notes how far the log is.
  ///
  /// @throws LedgerUnavailableException where nothing was booked, because the store has forgotten
  ///   what it acknowledged, or its log is full
  List<Object> checked(List<Object> reply) {
    switch (Replies.word(reply)) {
      case "clock", "standings" -> {
        // They tell no position.
      }
      case "lost" ->
          throw new LedgerUnavailableException(
              "redis: it has lost writes that it acknowledged: it is at "
                  + Replies.position(reply)
                  + " (expected: "
                  + last.get()
                  + " or later)",
              null);
      case "full" ->
          throw new LedgerUnavailableException(
              "redis: " + Replies.number(reply, 1) + " events wait in the ledger's log", null);
      default -> note(Replies.number(reply, 1));
    }
    return reply;
  }

  private void note(long sequence) {
    var before = last.get();
    if (sequence > before.sequence()) {
      last.accumulateAndGet(
          new Position(before.epoch(), sequence),
          (one, other) -> one.compareTo(other) >= 0 ? one : other);
    }
  }
}
