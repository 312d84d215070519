package dev.sluice.mcp.sandbox.engine;

/// Why an engine went no further; it is of no use afterwards.
public final class Halted extends Exception {
  private static final long serialVersionUID = 1;

  private final Reason reason;

  Halted(Reason reason, Throwable cause) {
    super(reason.name(), cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  /// What made it stop.
  public enum Reason {
    /// Its memory would have grown over its cap.
    MEMORY,
    /// The memory of all engines together would have.
    SHARED_MEMORY,
    /// Calls within calls filled the stack.
    STACK,
    /// Its thread was interrupted.
    INTERRUPTED,
    /// The host ended the run, or the engine broke: its cause tells.
    BROKEN
  }
}
