package dev.sluice.ledger.redis;

import java.util.List;

/// The ledger's verbs as scripts.
record Scripts(Script reserve, Script extend, Script end, Script expire, Script balances) {

  /// @param clock the file that defines `now()`
  static Scripts with(String clock) {
    return new Scripts(
        Script.of(clock, "windows.lua", "reserve.lua"),
        Script.of("windows.lua", "holds.lua", "extend.lua"),
        Script.of("windows.lua", "holds.lua", "end.lua"),
        Script.of(clock, "windows.lua", "holds.lua", "expire.lua"),
        Script.of(clock, "windows.lua", "balances.lua"));
  }

  List<Script> all() {
    return List.of(reserve, extend, end, expire, balances);
  }
}
