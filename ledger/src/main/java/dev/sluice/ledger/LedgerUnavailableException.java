package dev.sluice.ledger;

import org.jspecify.annotations.Nullable;

/// The ledger's store did not answer, or answered with an error of its own.
public final class LedgerUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LedgerUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
