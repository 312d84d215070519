package dev.sluice.wire.translate;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.conversation.Page;
import java.util.List;
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

  /// The provider searches the web; what it asks for comes as `InputGrown`.
  ///
  /// @param id of the provider's own, as it is to come back; the client is told a mark before it
  ///   ([SearchIds])
  record SearchOpened(String id) implements Opened {}

  /// A block that comes whole: what a search before it came to.
  ///
  /// @param searchId of its [SearchOpened]
  /// @param failure the Messages API's word for why there is nothing; null where it worked
  record FoundOpened(String searchId, List<Page> pages, @Nullable String failure)
      implements Opened {
    public FoundOpened {
      pages = List.copyOf(pages);
    }
  }

  /// More of the open block.
  sealed interface Grown extends AnswerEvent {}

  record TextGrown(String text) implements Grown {}

  record ThinkingGrown(String text) implements Grown {}

  /// The seal of the open thinking block, whole.
  record Signed(String signature) implements Grown {}

  /// What the open text rests on.
  record Cited(Citation citation) implements Grown {}

  /// @param json a fragment of the input of a tool or a search; together they are one JSON object
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
