package dev.sluice.wire.translate;

/// A request says what the provider's language has no word for, and the answer depends on it.
///
/// The message is for the client: what it is, and what was expected. No stack trace: it is made for
/// requests, not for programs.
public final class UntranslatableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Capability capability;

  public UntranslatableException(Capability capability, String message) {
    super(message, null, false, false);
    this.capability = capability;
  }

  /// A block of a message that only the Messages API has.
  public static UntranslatableException block(String type) {
    return new UntranslatableException(
        Capability.OTHER,
        "messages: a block of type "
            + type
            + " (expected: text, images, documents, tools or thinking)");
  }

  public Capability capability() {
    return capability;
  }

  /// What is missing, in the words that Claude Code knows (`capability_rejected: WORD`): it sends
  /// the request again without it.
  public enum Capability {
    IMAGE_BLOCK("image_block"),
    DOCUMENT_BLOCK("document_block"),
    STRUCTURED_OUTPUTS("structured_outputs_unsupported"),
    /// No word of the client's: it is told the sentence.
    OTHER("");

    private final String word;

    Capability(String word) {
      this.word = word;
    }

    /// Empty for what the client has no word for.
    public String word() {
      return word;
    }
  }
}
