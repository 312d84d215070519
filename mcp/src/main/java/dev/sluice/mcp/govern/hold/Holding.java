package dev.sluice.mcp.govern.hold;

import dev.sluice.core.budget.Standing;
import java.time.Duration;

/// What became of the attempt to take a hold.
public sealed interface Holding {

  /// The call may be made.
  sealed interface Ready extends Holding {}

  /// What it costs at most is held.
  record Held(String id) implements Ready {}

  /// It costs nothing, and nothing counts it.
  record Free() implements Ready {}

  /// The ledger is away, and the key may go on: it is charged later.
  record Unledgered() implements Ready {}

  /// The call may not be made.
  sealed interface Denied extends Holding {}

  /// A limit is used up.
  record Exhausted(Standing shortOf) implements Denied {}

  /// Calls and requests in flight have what is left of a limit.
  record Busy(Standing shortOf) implements Denied {}

  /// Nobody knows what is left.
  record LedgerAway(Duration away) implements Denied {}

  /// The caller did not wait for it.
  record Withdrawn() implements Holding {}
}
