package dev.sluice.extproc.reply;

import dev.sluice.core.refusal.Refusal;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// Leaves the flow with a refusal.
public final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  public Refused(Refusal refusal) {
    // No stack trace: a refusal is an answer, not a fault.
    super(refusal.getClass().getSimpleName(), null, false, false);
    this.refusal = refusal;
  }

  /// The refusal that made a future fail; null where it was something else.
  public static @Nullable Refused in(Throwable failure) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof Refused refused ? refused : null;
  }

  public Refusal refusal() {
    return refusal;
  }
}
