package dev.sluice.ledger;

/// The ledger's store did not answer, or answered with an error of its own.
public final class LedgerUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LedgerUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
