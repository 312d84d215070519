package dev.sluice.mcp.govern.hold;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.away.BusyWait;
import dev.sluice.ledger.away.LedgerHealth;
import java.time.Duration;

/// How long holds live, and how long is waited for what.
///
/// @param lifetime from one renewal of a hold to its deadline: several times `renewEvery`
/// @param ledgerWaitMax how long a call waits for a ledger that does not answer
/// @param busyWaitMax how long it waits for what others only hold
/// @param endWaitMax how long its result waits for the end of its hold, so that the next call of
///   the same client finds it ended
public record HoldTimes(
    Duration lifetime,
    Duration renewEvery,
    Duration ledgerWaitMax,
    Duration busyWaitMax,
    Duration endWaitMax) {

  public static final HoldTimes STANDARD =
      new HoldTimes(
          Ledger.HOLD_LIFETIME,
          Ledger.RENEW_EVERY,
          LedgerHealth.WAIT_MAX,
          BusyWait.WAIT_MAX,
          Duration.ofSeconds(1));
}
