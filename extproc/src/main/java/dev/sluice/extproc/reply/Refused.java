package dev.sluice.extproc.reply;

import dev.sluice.core.refusal.Refusal;

/// Leaves the flow with a refusal.
public final class Refused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;

  public Refused(Refusal refusal) {
    // No stack trace: a refusal is an answer, not a fault.
    super(refusal.getClass().getSimpleName(), null, false, false);
    this.refusal = refusal;
  }

  public Refusal refusal() {
    return refusal;
  }
}
