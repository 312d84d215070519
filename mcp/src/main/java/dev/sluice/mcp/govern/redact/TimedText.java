package dev.sluice.mcp.govern.redact;

/// A text that a regular expression can read until a deadline only: then reading it fails, and with
/// it the match, however the expression backtracks.
record TimedText(CharSequence text, long deadline) implements CharSequence {

  /// The time is over.
  static final class OverException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OverException() {
      super("the time is over", null, false, false);
    }
  }

  @Override
  public char charAt(int index) {
    // A clock costs some 20 ns: less than what a step of a matcher costs with all around it.
    if (System.nanoTime() - deadline >= 0) {
      throw new OverException();
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  @Override
  public CharSequence subSequence(int start, int end) {
    return text.subSequence(start, end);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
