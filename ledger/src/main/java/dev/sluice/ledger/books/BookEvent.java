package dev.sluice.ledger.books;

import dev.sluice.ledger.Position;
import java.util.List;

/// What one verb booked.
///
/// @param id where it stands in the stream: `MILLISECONDS-NUMBER`
/// @param time in milliseconds since 1970
/// @param posted what it adds to the windows' posted, as do `held` and `unconfirmed`
/// @param text the caller's note where a hold begins or expires; the charge's detail where it ends
public record BookEvent(
    String id,
    Kind kind,
    Position position,
    long time,
    String holdId,
    Sums posted,
    Sums held,
    Sums unconfirmed,
    String text,
    List<Slot> slots) {
  public BookEvent {
    slots = List.copyOf(slots);
  }

  /// Reads an event as `events.lua` packs it.
  public static BookEvent read(String id, byte[] packed) {
    var in = new Packed(packed);
    var kind = Kind.of(in.word());
    var position = new Position(in.number(), in.number());
    return new BookEvent(
        id,
        kind,
        position,
        in.number(),
        in.word(),
        in.sums(),
        in.sums(),
        in.sums(),
        in.word(),
        in.slots());
  }

  long sequence() {
    return position.sequence();
  }

  BookEvent at(Position other) {
    return new BookEvent(id, kind, other, time, holdId, posted, held, unconfirmed, text, slots);
  }

  /// As the end of another hold of that name.
  BookEvent ending(OpenHold hold) {
    return new BookEvent(
        id,
        kind,
        position,
        time,
        holdId,
        posted,
        Sums.ofHold(hold.usd(), hold.tokens()).negated(),
        unconfirmed,
        text,
        hold.slots());
  }
}
