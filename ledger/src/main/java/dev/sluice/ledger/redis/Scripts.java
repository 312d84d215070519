package dev.sluice.ledger.redis;

import java.util.List;

/// The ledger's verbs as scripts.
record Scripts(
    Script open,
    Script reserve,
    Script extend,
    Script heartbeat,
    Script end,
    Script expire,
    Script find,
    Script standings) {

  /// The first build of the layout has none; it only reads.
  private static final String FIND = "find.lua";

  /// @param clock the file that defines `now()`
  static Scripts with(String clock) {
    return of("", clock);
  }

  /// @param folder with a slash at its end
  static Scripts of(String folder, String clock) {
    var windows = folder + "windows.lua";
    var events = folder + "events.lua";
    var holds = folder + "holds.lua";
    var now = folder + clock;
    return new Scripts(
        Script.of(now, windows, events, folder + "open.lua"),
        Script.of(now, windows, events, folder + "reserve.lua"),
        Script.of(now, windows, events, holds, folder + "extend.lua"),
        Script.of(now, windows, events, folder + "heartbeat.lua"),
        Script.of(now, windows, events, holds, folder + "end.lua"),
        Script.of(now, windows, events, holds, folder + "expire.lua"),
        Script.of(now, windows, events, FIND),
        Script.of(now, windows, folder + "standings.lua"));
  }

  List<Script> all() {
    return List.of(open, reserve, extend, heartbeat, end, expire, find, standings);
  }
}
