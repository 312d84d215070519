package dev.sluice.mcp.govern;

import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.away.ForwardingLedger;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/// A ledger that takes a hold only when it is let.
record SlowLedger(Ledger target, CountDownLatch asked, CompletableFuture<Void> let)
    implements ForwardingLedger {

  static SlowLedger of(Ledger target) {
    return new SlowLedger(target, new CountDownLatch(1), new CompletableFuture<>());
  }

  void goOn() {
    let.complete(null);
  }

  @Override
  public CompletableFuture<Reservation> reserve(HoldRequest request) {
    asked.countDown();
    return let.thenCompose(_ -> target.reserve(request));
  }
}
