package dev.sluice.ledger.books;

import dev.sluice.ledger.Position;
import java.util.Map;

/// All that Redis holds, at one moment.
///
/// @param lastId of the stream's last event
/// @param time of the server
/// @param windows those that it has not forgotten
/// @param holds the open ones by id
public record FastBook(
    BookState state,
    String lastId,
    long time,
    Map<WindowId, Counters> windows,
    Map<String, OpenHold> holds) {
  public FastBook {
    windows = Map.copyOf(windows);
    holds = Map.copyOf(holds);
  }

  public Position position() {
    return state.position();
  }
}
