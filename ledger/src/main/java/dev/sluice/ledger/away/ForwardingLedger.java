package dev.sluice.ledger.away;

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
import java.util.function.Function;

/// A ledger that hands what it is asked to another one.
public interface ForwardingLedger extends Ledger {

  Ledger target();

  /// How it hands on what does not block.
  default <T> CompletableFuture<T> ask(Function<Ledger, CompletableFuture<T>> verb) {
    return verb.apply(target());
  }

  @Override
  default CompletableFuture<Reservation> reserve(HoldRequest request) {
    return ask(ledger -> ledger.reserve(request));
  }

  @Override
  default CompletableFuture<Settlement> charge(HoldRequest request, Charge charge) {
    return ask(ledger -> ledger.charge(request, charge));
  }

  @Override
  default CompletableFuture<Extension> extend(HoldExtension extension) {
    return ask(ledger -> ledger.extend(extension));
  }

  @Override
  default CompletableFuture<Long> heartbeat(Collection<String> holdIds, Duration lifetime) {
    return ask(ledger -> ledger.heartbeat(holdIds, lifetime));
  }

  @Override
  default CompletableFuture<Settlement> settle(String holdId, Charge charge) {
    return ask(ledger -> ledger.settle(holdId, charge));
  }

  @Override
  default CompletableFuture<Settlement> release(String holdId) {
    return ask(ledger -> ledger.release(holdId));
  }

  @Override
  default CompletableFuture<Settlement> correct(String holdId, Charge charge) {
    return ask(ledger -> ledger.correct(holdId, charge));
  }

  @Override
  default CompletableFuture<HoldState> find(String holdId) {
    return ask(ledger -> ledger.find(holdId));
  }

  @Override
  default CompletableFuture<Settlement> confirm(String holdId, Charge charge) {
    return ask(ledger -> ledger.confirm(holdId, charge));
  }

  @Override
  default List<ExpiredHold> expire(int max) {
    return target().expire(max);
  }

  @Override
  default List<Standing> standings(List<? extends Limit> limits) {
    return target().standings(limits);
  }

  @Override
  default void close() {
    target().close();
  }
}
