package dev.sluice.wire.translate;

import dev.sluice.wire.anthropic.MalformedBodyException;
import dev.sluice.wire.conversation.Conversation;

/// How one provider is asked for the input tokens of a conversation. Holds no state: equal
/// conversations become equal bytes.
public interface Counter {

  /// The question in the provider's words.
  ///
  /// @throws UntranslatableException for what the language cannot say
  Outgoing question(Conversation conversation);

  /// The tokens that the whole answer tells.
  ///
  /// @throws MalformedBodyException if it does not say
  long tokens(byte[] answer, int offset, int length);
}
