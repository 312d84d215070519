package dev.sluice.wire.openai.responses;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.openai.OpenAiErrors;
import dev.sluice.wire.openai.Quirks;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.Translator;

/// The language of `/responses`: the provider keeps nothing, and thoughts go back and forth sealed.
///
/// @param quirks of the same service as for chats; what `/responses` always takes is not looked at
/// @param origin what this provider's thoughts are sealed with ([dev.sluice.wire.translate.Seal]):
///   it is told no others
public record ResponsesTranslator(Quirks quirks, String origin) implements Translator {

  @Override
  public Outgoing request(Conversation conversation) {
    return new RequestWriter(quirks.of(conversation.model()), origin, conversation).write();
  }

  @Override
  public AnswerDecoder answer(Outgoing.Expected expected) {
    return new ResponsesDecoder(expected);
  }

  @Override
  public ProviderError error(int status, byte[] body) {
    return OpenAiErrors.read(status, body);
  }
}
