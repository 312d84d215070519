package dev.sluice.ledger;

/// The ledger's store answers, but must not be used as one; the message says what to change.
public final class LedgerUnfitException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LedgerUnfitException(String message) {
    super(message);
  }
}
