package dev.sluice.mcp.govern.hold;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.away.LateCharges;
import dev.sluice.ledger.away.LedgerHealth;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// All that calls of tools need of the ledger, put together. It does not own the ledger.
public final class CallHolds implements AutoCloseable {

  private final LedgerHealth health;
  private final LateCharges late;
  private final HoldKeeper keeper;
  private final Holder holder;
  private final HoldEnder ender;
  private final HoldTimes times;

  /// @param dropped called for each charge that is lost
  public CallHolds(Ledger ledger, InstantSource clock, HoldTimes times, Runnable dropped) {
    this.times = times;
    health = new LedgerHealth(clock);
    late = new LateCharges(ledger, health, dropped);
    keeper = new HoldKeeper(ledger, times);
    holder = new Holder(ledger, health, keeper, times);
    ender = new HoldEnder(ledger, late, keeper, holder, times);
  }

  public Holding hold(Wanted wanted) {
    return holder.hold(wanted);
  }

  public HoldEnder ender() {
    return ender;
  }

  /// Charges that wait for the ledger.
  public int waiting() {
    return late.size();
  }

  /// Waits a moment for the end of a hold; without a ledger it comes later.
  public void await(CompletableFuture<?> end) {
    if (health.isAway()) {
      return;
    }
    try {
      var _ = end.get(times.endWaitMax().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      // It comes later.
      return;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw new IllegalStateException("BUG: the end of a hold never fails", e);
    }
  }

  @Override
  public void close() {
    keeper.close();
    late.close();
  }
}
