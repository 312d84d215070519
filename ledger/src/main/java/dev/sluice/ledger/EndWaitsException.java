package dev.sluice.ledger;

import java.util.concurrent.CompletableFuture;

/// The end of a hold that the store did not acknowledge: it is delivered as soon as the store is
/// back.
public final class EndWaitsException extends LedgerUnavailableException {

  private static final long serialVersionUID = 1L;

  private final transient CompletableFuture<Settlement> end;

  /// @param end see [#end]
  public EndWaitsException(LedgerUnavailableException why, CompletableFuture<Settlement> end) {
    super(String.valueOf(why.getMessage()), why);
    this.end = end;
  }

  /// Completes when the end is delivered. Fails with [LedgerUnavailableException] where it will not
  /// be any more: then the hold expires.
  public CompletableFuture<Settlement> end() {
    return end;
  }
}
