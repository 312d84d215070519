package dev.sluice.wire.openai.responses;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.json.CountedTokens;
import dev.sluice.wire.openai.Quirks;
import dev.sluice.wire.translate.Counter;
import dev.sluice.wire.translate.Outgoing;

/// The count of `/responses/input_tokens`.
///
/// @param quirks as for the request that is counted, and so is the `origin`
public record ResponsesCounter(Quirks quirks, String origin) implements Counter {

  @Override
  public Outgoing question(Conversation conversation) {
    return new RequestWriter(quirks.of(conversation.model()), origin, conversation).question();
  }

  @Override
  public long tokens(byte[] answer, int offset, int length) {
    return CountedTokens.read(answer, offset, length, "input_tokens");
  }
}
