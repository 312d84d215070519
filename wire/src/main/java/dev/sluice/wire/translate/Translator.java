package dev.sluice.wire.translate;

import dev.sluice.wire.conversation.Conversation;

/// One provider's language. Holds no state: equal conversations become equal bytes.
public interface Translator {

  /// A request in the provider's words.
  ///
  /// @throws UntranslatableException for what the language cannot say
  Outgoing request(Conversation conversation);

  /// Reads the answer to a request, from its first byte.
  AnswerDecoder answer(Outgoing.Expected expected);

  /// What an answer with an error status says.
  ///
  /// @param body as much of it as was read; at most 64 KiB
  ProviderError error(int status, byte[] body);
}
