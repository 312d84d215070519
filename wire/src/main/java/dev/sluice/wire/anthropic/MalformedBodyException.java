package dev.sluice.wire.anthropic;

/// A body that is not what the API takes; `value` and `expected` name the fault.
public final class MalformedBodyException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String value;
  private final String expected;

  public MalformedBodyException(String value, String expected) {
    // No stack trace: the caller's fault, not ours, and the caller chooses how often.
    super(value + " (expected: " + expected + ")", null, false, false);
    this.value = value;
    this.expected = expected;
  }

  public String value() {
    return value;
  }

  public String expected() {
    return expected;
  }
}
