package dev.sluice.mcp.govern.hold;

import dev.sluice.core.budget.Measure;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.away.BusyWait;
import dev.sluice.ledger.away.LedgerHealth;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Takes the hold of a call. It waits a moment for a ledger that does not answer, and for what
/// others only hold.
public final class Holder {

  private static final Duration RETRY_PAUSE = Duration.ofMillis(160);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final int ID_BYTES = 16;

  private final Ledger ledger;
  private final LedgerHealth health;
  private final HoldKeeper keeper;
  private final HoldTimes times;
  private final SecureRandom random = new SecureRandom();
  private final BusyWait busyWait = new BusyWait();

  Holder(Ledger ledger, LedgerHealth health, HoldKeeper keeper, HoldTimes times) {
    this.ledger = ledger;
    this.health = health;
    this.keeper = keeper;
    this.times = times;
  }

  public Holding hold(Wanted wanted) {
    if (!wanted.needsLedger()) {
      return new Holding.Free();
    }
    if (wanted.canDoWithout() && health.isToBeAvoided()) {
      return new Holding.Unledgered();
    }
    try {
      var first = asked(wanted);
      return first instanceof Holding.Busy busy ? queued(wanted, busy) : first;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return new Holding.Withdrawn();
    }
  }

  private Holding queued(Wanted wanted, Holding.Busy busy) throws InterruptedException {
    if (!busyWait.enter()) {
      return busy;
    }
    try {
      return again(wanted);
    } finally {
      busyWait.leave();
    }
  }

  private Holding again(Wanted wanted) throws InterruptedException {
    for (var next = BusyWait.Try.first(times.busyWaitMax()); ; next = next.next()) {
      Thread.sleep(next.pause());
      if (wanted.cancellation().cancelled()) {
        return new Holding.Withdrawn();
      }
      var answer = asked(wanted);
      if (!(answer instanceof Holding.Busy) || next.isLast()) {
        return answer;
      }
    }
  }

  /// Asks the ledger until it answers, for a while.
  private Holding asked(Wanted wanted) throws InterruptedException {
    long giveUpAt = System.nanoTime() + times.ledgerWaitMax().toNanos();
    while (true) {
      try {
        return askedOnce(wanted);
      } catch (LedgerUnavailableException _) {
        var away = health.failed();
        if (System.nanoTime() - giveUpAt >= 0) {
          return wanted.canDoWithout() ? new Holding.Unledgered() : new Holding.LedgerAway(away);
        }
        if (wanted.cancellation().cancelled()) {
          return new Holding.Withdrawn();
        }
      }
      Thread.sleep(RETRY_PAUSE);
    }
  }

  /// A try whose answer was lost may stand: the ledger releases it, and its id is used up.
  private Holding askedOnce(Wanted wanted) throws InterruptedException {
    var id = id();
    var reservation = answer(wanted, id);
    health.answered();
    return switch (reservation) {
      case Reservation.Granted _ -> {
        keeper.add(id);
        yield new Holding.Held(id);
      }
      case Reservation.Busy(var shortOf) ->
          // What was sent counts as a request until the window resets, whatever becomes of it.
          shortOf.limit().measure() == Measure.REQUESTS
              ? new Holding.Exhausted(shortOf)
              : new Holding.Busy(shortOf);
      case Reservation.Exhausted(var shortOf) -> new Holding.Exhausted(shortOf);
    };
  }

  private Reservation answer(Wanted wanted, String id) throws InterruptedException {
    var reserving = ledger.reserve(wanted.request(id, times.lifetime()));
    try {
      return reserving.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      giveBack(reserving, id);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LedgerUnavailableException away) {
        throw away;
      }
      throw new IllegalStateException("BUG: the ledger does not take the hold of a call", e);
    } catch (TimeoutException e) {
      giveBack(reserving, id);
      throw new LedgerUnavailableException("no answer within " + ANSWER_MAX, e);
    }
  }

  /// What is granted when nobody waits for it any more would be posted in full at its deadline.
  private void giveBack(CompletableFuture<Reservation> reserving, String id) {
    var _ =
        reserving.thenAccept(
            late -> {
              if (late instanceof Reservation.Granted) {
                var _ = ledger.release(id);
              }
            });
  }

  /// Unlike the id of any exchange, so that no evidence of one is taken for that of a call.
  String id() {
    var bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return "tool:" + HexFormat.of().formatHex(bytes);
  }
}
