package dev.sluice.standalone.gateway;

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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/// A ledger that may not be there yet. Until it is, it is away: nothing was booked.
///
/// @param found empty until it is there
record AwaitedLedger(Supplier<Optional<Ledger>> found) implements Ledger {

  private <T> CompletableFuture<T> ask(Function<Ledger, CompletableFuture<T>> verb) {
    return found.get().map(verb).orElseGet(() -> CompletableFuture.failedFuture(away()));
  }

  private static LedgerUnavailableException away() {
    return LedgerUnavailableException.nothingBooked("redis: not there since the start", null);
  }

  @Override
  public CompletableFuture<Reservation> reserve(HoldRequest request) {
    return ask(ledger -> ledger.reserve(request));
  }

  @Override
  public CompletableFuture<Settlement> charge(HoldRequest request, Charge charge) {
    return ask(ledger -> ledger.charge(request, charge));
  }

  @Override
  public CompletableFuture<Extension> extend(HoldExtension extension) {
    return ask(ledger -> ledger.extend(extension));
  }

  @Override
  public CompletableFuture<Long> heartbeat(Collection<String> holdIds, Duration lifetime) {
    return ask(ledger -> ledger.heartbeat(holdIds, lifetime));
  }

  @Override
  public CompletableFuture<Settlement> settle(String holdId, Charge charge) {
    return ask(ledger -> ledger.settle(holdId, charge));
  }

  @Override
  public CompletableFuture<Settlement> release(String holdId) {
    return ask(ledger -> ledger.release(holdId));
  }

  @Override
  public CompletableFuture<Settlement> correct(String holdId, Charge charge) {
    return ask(ledger -> ledger.correct(holdId, charge));
  }

  @Override
  public CompletableFuture<HoldState> find(String holdId) {
    return ask(ledger -> ledger.find(holdId));
  }

  @Override
  public CompletableFuture<Settlement> confirm(String holdId, Charge charge) {
    return ask(ledger -> ledger.confirm(holdId, charge));
  }

  @Override
  public List<ExpiredHold> expire(int max) {
    return found.get().orElseThrow(AwaitedLedger::away).expire(max);
  }

  @Override
  public List<Standing> standings(List<? extends Limit> limits) {
    return found.get().orElseThrow(AwaitedLedger::away).standings(limits);
  }

  /// Whoever has opened it closes it.
  @Override
  public void close() {}
}
