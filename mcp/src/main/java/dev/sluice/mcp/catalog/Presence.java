package dev.sluice.mcp.catalog;

import java.time.Instant;

/// Whether a server is connected.
///
/// @param since when it is so
/// @param last when it was connected last; at first, when it was declared
record Presence(boolean connected, Instant since, Instant last) {

  static Presence away(Instant now) {
    return new Presence(false, now, now);
  }

  Presence at(Instant now, boolean connects) {
    return new Presence(connects, connects == connected ? since : now, connects ? now : last);
  }
}
