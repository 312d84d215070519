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
  ///
  /// @throws LedgerUnavailableException while the store is being rebuilt
  void open(List<Object> reply) {
    if (Replies.word(reply).equals("lost")) {
      throw LedgerUnavailableException.nothingBooked("redis: its books are being rebuilt", null);
    }
    last.set(Replies.position(reply));
  }

  /// Goes on in a store that was rebuilt.
  void adopt(Position rebuilt) {
    last.set(rebuilt);
  }

  /// The reply of a verb, and notes how far the log is.
  ///
  /// @param told the position that the call named: the reply is of that epoch
  /// @throws LedgerUnavailableException where nothing was booked, because the store has forgotten
  ///   what it acknowledged, or its log is full
  List<Object> checked(List<Object> reply, Position told) {
    switch (Replies.word(reply)) {
      case "clock", "standings" -> {
        // They tell no position.
      }
      case "lost" ->
          throw LedgerUnavailableException.nothingBooked(
              "redis: it has lost writes that it acknowledged: it is at "
                  + Replies.position(reply)
                  + " (expected: "
                  + last.get()
                  + " or later)",
              null);
      case "full" ->
          throw LedgerUnavailableException.nothingBooked(
              "redis: " + Replies.number(reply, 1) + " events wait in the ledger's log", null);
      default -> note(told.epoch(), Replies.number(reply, 1));
    }
    return reply;
  }

  /// An answer that comes late, after another epoch has begun, says nothing of that.
  private void note(long epoch, long sequence) {
    if (sequence > last.get().sequence()) {
      last.updateAndGet(
          now ->
              now.epoch() == epoch && sequence > now.sequence()
                  ? new Position(epoch, sequence)
                  : now);
    }
  }
}
