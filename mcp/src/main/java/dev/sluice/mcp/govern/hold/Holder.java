package dev.sluice.mcp.govern.hold;

import dev.sluice.core.budget.Measure;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.away.LedgerHealth;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/// Takes the hold of a call. It waits a moment for a ledger that does not answer, and for what
/// others only hold.
public final class Holder {

  /// How many calls wait at once for what others hold; more are told at once.
  private static final int WAITING_MAX = 1_000;

  private static final Duration PAUSE_FIRST = Duration.ofMillis(10);
  private static final Duration PAUSE_MAX = Duration.ofMillis(160);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final int ID_BYTES = 16;

  private final Ledger ledger;
  private final LedgerHealth health;
  private final HoldKeeper keeper;
  private final HoldTimes times;
  private final SecureRandom random = new SecureRandom();
  private final AtomicInteger waiting = new AtomicInteger();

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
    if (waiting.incrementAndGet() > WAITING_MAX) {
      waiting.decrementAndGet();
      return busy;
    }
    try {
      return again(wanted, busy);
    } finally {
      waiting.decrementAndGet();
    }
  }

  private Holding again(Wanted wanted, Holding.Busy busy) throws InterruptedException {
    long giveUpAt = System.nanoTime() + times.busyWaitMax().toNanos();
    Holding last = busy;
    for (var pause = PAUSE_FIRST; System.nanoTime() - giveUpAt < 0; pause = longer(pause)) {
      Thread.sleep(pause);
      if (wanted.cancellation().cancelled()) {
        return new Holding.Withdrawn();
      }
      last = asked(wanted);
      if (!(last instanceof Holding.Busy)) {
        return last;
      }
    }
    return last;
  }

  private static Duration longer(Duration pause) {
    var twice = pause.multipliedBy(2);
    return twice.compareTo(PAUSE_MAX) < 0 ? twice : PAUSE_MAX;
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
      Thread.sleep(PAUSE_MAX);
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
