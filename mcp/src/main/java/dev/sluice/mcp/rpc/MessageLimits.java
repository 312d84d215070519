package dev.sluice.mcp.rpc;

/// How large one message may be, and how deep; and how many come in one batch.
public record MessageLimits(
    int messageBytesMax, int depthMax, int nameCharsMax, int numberCharsMax, int batchMessagesMax) {

  public static final MessageLimits STANDARD =
      new MessageLimits(16 * 1024 * 1024, 200, 16 * 1024, 500, 100);

  public MessageLimits withMessageBytesMax(int value) {
    return new MessageLimits(value, depthMax, nameCharsMax, numberCharsMax, batchMessagesMax);
  }
}
