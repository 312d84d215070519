package dev.sluice.ledger;

import org.jspecify.annotations.Nullable;

/// The ledger's store did not answer, or answered with an error of its own.
public sealed class LedgerUnavailableException extends RuntimeException
    permits EndWaitsException {

  private static final long serialVersionUID = 1L;

  private final boolean booked;

  /// A call that nobody answered: it may have been booked.
  public LedgerUnavailableException(String message, @Nullable Throwable cause) {
    this(message, cause, true);
  }

  private LedgerUnavailableException(
      String message, @Nullable Throwable cause, boolean booked) {
    super(message, cause);
    this.booked = booked;
  }

  /// A call that was not sent, or that the store refused.
  public static LedgerUnavailableException nothingBooked(
      String message, @Nullable Throwable cause) {
    return new LedgerUnavailableException(message, cause, false);
  }

  /// Whether the call may have been booked though its answer is not there.
  public boolean mayBeBooked() {
    return booked;
  }
}
