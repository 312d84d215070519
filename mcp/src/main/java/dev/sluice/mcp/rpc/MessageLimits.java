package dev.sluice.mcp.rpc;

/// How large one message may be, and how deep; and how many come in one batch.
///
/// @param tokensMax brackets, names and values: each costs more to hold than its bytes
public record MessageLimits(
    int messageBytesMax,
    int tokensMax,
    int depthMax,
    int nameCharsMax,
    int numberCharsMax,
    int batchMessagesMax) {

  public static final MessageLimits STANDARD =
      new MessageLimits(16 * 1024 * 1024, 200_000, 200, 16 * 1024, 500, 100);

  public MessageLimits withMessageBytesMax(int value) {
    return new MessageLimits(
        value, tokensMax, depthMax, nameCharsMax, numberCharsMax, batchMessagesMax);
  }
}
