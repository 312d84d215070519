package dev.sluice.operator.cli;

/// What was asked cannot be answered: exit code 2.
public final class CliException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String sentence;

  public CliException(String sentence) {
    super(sentence);
    this.sentence = sentence;
  }

  /// For the user.
  public String sentence() {
    return sentence;
  }
}
