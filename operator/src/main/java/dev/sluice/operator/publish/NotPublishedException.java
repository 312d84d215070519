package dev.sluice.operator.publish;

/// The policy could not be switched; the one before stays in force. The message is one sentence.
public final class NotPublishedException extends Exception {

  private static final long serialVersionUID = 1L;

  NotPublishedException(String sentence) {
    super(sentence);
  }
}
