package dev.sluice.extproc;

import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Standing;
import dev.sluice.ledger.Charge;
import dev.sluice.ledger.ExpiredHold;
import dev.sluice.ledger.Extension;
import dev.sluice.ledger.HoldExtension;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.HoldState;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.Settlement;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// A ledger whose store can be away.
final class SwitchableLedger implements Ledger {
  final Ledger store;
  volatile boolean away;

  final AtomicInteger extensions = new AtomicInteger();

  /// Extensions are answered after it.
  volatile CompletableFuture<?> extendAfter = CompletableFuture.completedFuture("at once");

  /// Renewals of holds that the store has answered.
  final AtomicInteger heartbeats = new AtomicInteger();

  /// The store does what it is told, and its answers are lost.
  volatile boolean mute;

  /// Looks are answered after it, with what was known before.
  volatile CompletableFuture<?> findAfter = CompletableFuture.completedFuture("at once");

  /// How often the state of a hold was asked for.
  final AtomicInteger finds = new AtomicInteger();

  /// How often a hold was asked for.
  final AtomicInteger asked = new AtomicInteger();

  /// And under which ids.
  final Set<String> ids = ConcurrentHashMap.newKeySet();

  SwitchableLedger(Ledger store) {
    this.store = store;
  }

  private <T> CompletableFuture<T> unlessAway(Supplier<CompletableFuture<T>> verb) {
    if (away) {
      return CompletableFuture.failedFuture(gone());
    }
    var answer = verb.get();
    return mute ? answer.thenCompose(_ -> CompletableFuture.failedFuture(gone())) : answer;
  }

  private static LedgerUnavailableException gone() {
    return new LedgerUnavailableException("the store is away", null);
  }

  @Override
  public CompletableFuture<Reservation> reserve(HoldRequest request) {
    asked.incrementAndGet();
    ids.add(request.id());
    return unlessAway(() -> store.reserve(request));
  }

  @Override
  public CompletableFuture<Settlement> charge(HoldRequest request, Charge charge) {
    return unlessAway(() -> store.charge(request, charge));
  }

  @Override
  public CompletableFuture<Extension> extend(HoldExtension extension) {
    extensions.incrementAndGet();
    return extendAfter.thenCompose(_ -> unlessAway(() -> store.extend(extension)));
  }

  @Override
  public CompletableFuture<Long> heartbeat(Collection<String> holdIds, Duration lifetime) {
    return unlessAway(() -> store.heartbeat(holdIds, lifetime))
        .whenComplete((_, _) -> heartbeats.incrementAndGet());
  }

  @Override
  public CompletableFuture<Settlement> settle(String holdId, Charge charge) {
    return unlessAway(() -> store.settle(holdId, charge));
  }

  @Override
  public CompletableFuture<Settlement> release(String holdId) {
    return unlessAway(() -> store.release(holdId));
  }

  @Override
  public CompletableFuture<Settlement> correct(String holdId, Charge charge) {
    return unlessAway(() -> store.correct(holdId, charge));
  }

  @Override
  public CompletableFuture<HoldState> find(String holdId) {
    finds.incrementAndGet();
    return unlessAway(() -> store.find(holdId)).thenCombine(findAfter, (state, _) -> state);
  }

  @Override
  public CompletableFuture<Settlement> confirm(String holdId, Charge charge) {
    return unlessAway(() -> store.confirm(holdId, charge));
  }

  @Override
  public List<ExpiredHold> expire(int max) {
    return store.expire(max);
  }

  @Override
  public List<Standing> standings(List<? extends Limit> limits) {
    if (away) {
      throw gone();
    }
    return store.standings(limits);
  }

  @Override
  public void close() {
    store.close();
  }
}
