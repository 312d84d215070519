package dev.sluice.extproc.explain;

/// Nothing can be supposed of a request that is told like this.
public final class SketchException extends Exception {

  private static final long serialVersionUID = 1L;

  private final String sentence;

  SketchException(String sentence) {
    super(sentence);
    this.sentence = sentence;
  }

  /// What was said, and what is expected.
  public String sentence() {
    return sentence;
  }
}
