package dev.sluice.ledger;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The ledger's store did not answer, or answered with an error of its own.
public sealed class LedgerUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final What what;

  /// What is known of the call.
  private enum What {
    NOTHING_BOOKED,
    MAY_BE_BOOKED,
    NO_ANSWER
  }

  /// A call that nobody answered: it may have been booked.
  public LedgerUnavailableException(String message, @Nullable Throwable cause) {
    this(message, cause, What.MAY_BE_BOOKED);
  }

  private LedgerUnavailableException(String message, @Nullable Throwable cause, What what) {
    super(message, cause);
    this.what = what;
  }

  /// The same where it was waited for in vain: the store may be slow, and may be gone.
  public static LedgerUnavailableException noAnswer(String message, @Nullable Throwable cause) {
    return new LedgerUnavailableException(message, cause, What.NO_ANSWER);
  }

  /// A call that was not sent, or that the store refused.
  public static LedgerUnavailableException nothingBooked(
      String message, @Nullable Throwable cause) {
    return new LedgerUnavailableException(message, cause, What.NOTHING_BOOKED);
  }

  /// Whether the call may have been booked though its answer is not there.
  public boolean mayBeBooked() {
    return what != What.NOTHING_BOOKED;
  }

  /// Whether it was waited for an answer in vain.
  public boolean isSilence() {
    return what == What.NO_ANSWER;
  }

  /// The end of a hold that the store did not acknowledge: it is delivered as soon as the store is
  /// back.
  public static final class EndWaitsException extends LedgerUnavailableException {

    private static final long serialVersionUID = 1L;

    private final transient CompletableFuture<Settlement> end;

    /// @param end see [#end]
    public EndWaitsException(LedgerUnavailableException why, CompletableFuture<Settlement> end) {
      super(String.valueOf(why.getMessage()), why);
      this.end = end;
    }

    /// Completes when the end is delivered. Fails with [LedgerUnavailableException] where it will
    /// not be any more: then the hold expires.
    public CompletableFuture<Settlement> end() {
      return end;
    }
  }
}
