package dev.sluice.mcp.codemode;

/// An argument of a meta-tool that cannot be read, in one sentence for a model.
final class WrongArgumentException extends Exception {
  private static final long serialVersionUID = 1;

  WrongArgumentException(String sentence) {
    super(sentence, null, false, false);
  }

  /// @param what the name of the argument
  static WrongArgumentException of(String what, String value, String expected) {
    return new WrongArgumentException(
        what + ": " + Prose.within(Prose.clean(value), 200) + " (expected: " + expected + ")");
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
