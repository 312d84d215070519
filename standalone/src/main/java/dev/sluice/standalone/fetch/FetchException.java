package dev.sluice.standalone.fetch;

/// A real part that can be neither found nor fetched.
public final class FetchException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String sentence;

  public FetchException(String sentence) {
    super(sentence);
    this.sentence = sentence;
  }

  FetchException(String sentence, Throwable cause) {
    super(sentence, cause);
    this.sentence = sentence;
  }

  /// For the user.
  public String sentence() {
    return sentence;
  }
}
