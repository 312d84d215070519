package dev.sluice.wire.translate;

import dev.sluice.core.price.Tokens;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A step of an answer, streamed or not: one `Begun`; blocks one after the other, each one opened,
/// filled and closed; one `Ended`. A `Failed` can take the place of all that is to come.
public sealed interface AnswerEvent {

  /// @param id the provider's name of the answer; empty where it has none
  /// @param model as the provider calls it; empty where it does not
  /// @param tokens known so far; a stream may know its input now or at its end only
  record Begun(String id, String model, Tokens tokens) implements AnswerEvent {}

  /// A block opens, with the next index.
  sealed interface Opened extends AnswerEvent {}

  record TextOpened() implements Opened {}

  record ThinkingOpened() implements Opened {}

  /// @param id as it is to be told to the client
  record ToolUseOpened(String id, String name) implements Opened {}

  /// A block that comes whole: sealed thinking.
  record SealedThinkingOpened(String data) implements Opened {}

  /// More of the open block.
  sealed interface Grown extends AnswerEvent {}

  record TextGrown(String text) implements Grown {}

  record ThinkingGrown(String text) implements Grown {}

  /// The seal of the open thinking block, whole.
  record Signed(String signature) implements Grown {}

  /// @param json a fragment of the tool's input; together they are one JSON object
  record InputGrown(String json) implements Grown {}

  record Closed() implements AnswerEvent {}

  /// @param sequence the text that stopped it, for `STOP_SEQUENCE` only
  /// @param tokens of the whole answer; null where the provider told none
  /// @param usage as the provider told it; null where it told none
  record Ended(
      StopReason reason,
      @Nullable String sequence,
      @Nullable Tokens tokens,
      @Nullable JsonNode usage)
      implements AnswerEvent {}

  /// The provider broke off, or answered with an error.
  record Failed(ProviderError error) implements AnswerEvent {}

  /// Why an answer ended.
  enum StopReason {
    END_TURN,
    MAX_TOKENS,
    STOP_SEQUENCE,
    TOOL_USE,
    PAUSE_TURN,
    REFUSAL,
    CONTEXT_FULL
  }
}
