package dev.sluice.extproc;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.Extension;
import dev.sluice.ledger.HoldExtension;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Settlement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// A ledger whose store can be away.
final class SwitchableLedger implements Ledger {
  final Ledger store;
  final AtomicInteger extensions = new AtomicInteger();
  volatile boolean away;

  /// Extensions are answered after it.
  volatile CompletableFuture<?> extendAfter = CompletableFuture.completedFuture("at once");

  SwitchableLedger(Ledger store) {
    this.store = store;
  }

  private <T> CompletableFuture<T> unlessAway(Supplier<CompletableFuture<T>> verb) {
    return away ? CompletableFuture.failedFuture(gone()) : verb.get();
  }

  private static LedgerUnavailableException gone() {
    return new LedgerUnavailableException("the store is away", null);
  }

  @Override
  public CompletableFuture<Reservation> reserve(HoldRequest request) {
    return unlessAway(() -> store.reserve(request));
  }

  @Override
  public CompletableFuture<Extension> extend(HoldExtension extension) {
    extensions.incrementAndGet();
    return extendAfter.thenCompose(_ -> unlessAway(() -> store.extend(extension)));
  }

  @Override
  public CompletableFuture<Settlement> settle(String holdId, NanoUsd cost) {
    return unlessAway(() -> store.settle(holdId, cost));
  }

  @Override
  public CompletableFuture<Settlement> release(String holdId) {
    return unlessAway(() -> store.release(holdId));
  }

  @Override
  public CompletableFuture<Settlement> correct(String holdId, NanoUsd cost) {
    return unlessAway(() -> store.correct(holdId, cost));
  }

  @Override
  public List<ExpiredHold> expire(int max) {
    return store.expire(max);
  }

  @Override
  public List<Balance> balances(List<Budget> budgets) {
    if (away) {
      throw gone();
    }
    return store.balances(budgets);
  }

  @Override
  public void close() {
    store.close();
  }
}
