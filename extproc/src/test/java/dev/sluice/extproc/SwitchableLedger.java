package dev.sluice.extproc;

import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Standing;
import dev.sluice.ledger.Extension;
import dev.sluice.ledger.HoldExtension;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.HoldState;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.away.ForwardingLedger;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// A ledger whose store can be away.
final class SwitchableLedger implements ForwardingLedger {
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

  @Override
  public Ledger target() {
    return store;
  }

  @Override
  public <T> CompletableFuture<T> ask(Function<Ledger, CompletableFuture<T>> verb) {
    if (away) {
      return CompletableFuture.failedFuture(gone());
    }
    var answer = verb.apply(store);
    return mute ? answer.thenCompose(_ -> CompletableFuture.failedFuture(gone())) : answer;
  }

  private static LedgerUnavailableException gone() {
    return new LedgerUnavailableException("the store is away", null);
  }

  @Override
  public CompletableFuture<Reservation> reserve(HoldRequest request) {
    asked.incrementAndGet();
    ids.add(request.id());
    return ForwardingLedger.super.reserve(request);
  }

  @Override
  public CompletableFuture<Extension> extend(HoldExtension extension) {
    extensions.incrementAndGet();
    return extendAfter.thenCompose(_ -> ForwardingLedger.super.extend(extension));
  }

  @Override
  public CompletableFuture<Long> heartbeat(Collection<String> holdIds, Duration lifetime) {
    return ForwardingLedger.super
        .heartbeat(holdIds, lifetime)
        .whenComplete((_, _) -> heartbeats.incrementAndGet());
  }

  @Override
  public CompletableFuture<HoldState> find(String holdId) {
    finds.incrementAndGet();
    return ForwardingLedger.super.find(holdId).thenCombine(findAfter, (state, _) -> state);
  }

  @Override
  public List<Standing> standings(List<? extends Limit> limits) {
    if (away) {
      throw gone();
    }
    return store.standings(limits);
  }
}
