package dev.sluice.standalone.serve;

/// A command line or manifests that cannot be used: exit code 2.
public final class UsageException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String sentence;

  public UsageException(String sentence) {
    super(sentence);
    this.sentence = sentence;
  }

  /// For the user.
  public String sentence() {
    return sentence;
  }
}
