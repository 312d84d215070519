package dev.sluice.standalone.gateway;

import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.away.ForwardingLedger;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/// A ledger that may not be there yet. Until it is, it is away: nothing was booked.
///
/// @param found empty until it is there
record AwaitedLedger(Supplier<Optional<Ledger>> found) implements ForwardingLedger {

  @Override
  public Ledger target() {
    return found.get().orElseThrow(AwaitedLedger::away);
  }

  @Override
  public <T> CompletableFuture<T> ask(Function<Ledger, CompletableFuture<T>> verb) {
    return found.get().map(verb).orElseGet(() -> CompletableFuture.failedFuture(away()));
  }

  private static LedgerUnavailableException away() {
    return LedgerUnavailableException.nothingBooked("redis: not there since the start", null);
  }

  /// Whoever has opened it closes it.
  @Override
  public void close() {}
}
