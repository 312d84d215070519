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
    Script standings) {

  /// @param clock the file that defines `now()`
  static Scripts with(String clock) {
    return new Scripts(
        Script.of(clock, "windows.lua", "events.lua", "open.lua"),
        Script.of(clock, "windows.lua", "events.lua", "reserve.lua"),
        Script.of(clock, "windows.lua", "events.lua", "holds.lua", "extend.lua"),
        Script.of(clock, "windows.lua", "events.lua", "heartbeat.lua"),
        Script.of(clock, "windows.lua", "events.lua", "holds.lua", "end.lua"),
        Script.of(clock, "windows.lua", "events.lua", "holds.lua", "expire.lua"),
        Script.of(clock, "windows.lua", "standings.lua"));
  }

  List<Script> all() {
    return List.of(open, reserve, extend, heartbeat, end, expire, standings);
  }
}
