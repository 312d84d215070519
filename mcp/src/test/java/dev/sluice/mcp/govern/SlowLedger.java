package dev.sluice.mcp.govern;

import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Standing;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.Extension;
import dev.sluice.ledger.HoldExtension;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.HoldState;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Settlement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// A ledger that takes a hold only when it is let.
final class SlowLedger implements Ledger {

  final CountDownLatch asked = new CountDownLatch(1);
  private final CompletableFuture<Void> let = new CompletableFuture<>();
  private final Ledger ledger;

  SlowLedger(Ledger ledger) {
    this.ledger = ledger;
  }

  void goOn() {
    let.complete(null);
  }

  @Override
  public CompletableFuture<Reservation> reserve(HoldRequest request) {
    asked.countDown();
    return let.thenCompose(_ -> ledger.reserve(request));
  }

  @Override
  public CompletableFuture<Settlement> charge(HoldRequest request, Charge charge) {
    return ledger.charge(request, charge);
  }

  @Override
  public CompletableFuture<Extension> extend(HoldExtension extension) {
    return ledger.extend(extension);
  }

  @Override
  public CompletableFuture<Long> heartbeat(Collection<String> holdIds, Duration lifetime) {
    return ledger.heartbeat(holdIds, lifetime);
  }

  @Override
  public CompletableFuture<Settlement> settle(String holdId, Charge charge) {
    return ledger.settle(holdId, charge);
  }

  @Override
  public CompletableFuture<Settlement> release(String holdId) {
    return ledger.release(holdId);
  }

  @Override
  public CompletableFuture<Settlement> correct(String holdId, Charge charge) {
    return ledger.correct(holdId, charge);
  }

  @Override
  public CompletableFuture<HoldState> find(String holdId) {
    return ledger.find(holdId);
  }

  @Override
  public CompletableFuture<Settlement> confirm(String holdId, Charge charge) {
    return ledger.confirm(holdId, charge);
  }

  @Override
  public List<ExpiredHold> expire(int max) {
    return ledger.expire(max);
  }

  @Override
  public List<Standing> standings(List<? extends Limit> limits) {
    return ledger.standings(limits);
  }

  @Override
  public void close() {
    ledger.close();
  }
}
