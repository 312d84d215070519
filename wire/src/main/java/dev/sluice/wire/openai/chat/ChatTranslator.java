package dev.sluice.wire.openai.chat;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.openai.OpenAiErrors;
import dev.sluice.wire.openai.Quirks;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.Translator;

/// The language of `/chat/completions`, in one service's way.
///
/// @param origin what this provider's thoughts are sealed with ([dev.sluice.wire.translate.Seal]):
///   it is told no others
public record ChatTranslator(Quirks quirks, String origin) implements Translator {

  @Override
  public Outgoing request(Conversation conversation) {
    return new RequestWriter(quirks.of(conversation.model()), origin, conversation).write();
  }

  @Override
  public AnswerDecoder answer(Outgoing.Expected expected) {
    return new ChatDecoder(quirks.reasoning(), expected);
  }

  @Override
  public ProviderError error(int status, byte[] body) {
    return OpenAiErrors.read(status, body);
  }
}
