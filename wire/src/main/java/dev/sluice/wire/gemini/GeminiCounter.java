package dev.sluice.wire.gemini;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.json.CountedTokens;
import dev.sluice.wire.translate.Counter;
import dev.sluice.wire.translate.Outgoing;

/// The count of `countTokens`: the Gemini API takes a whole request, Vertex AI its prompt.
///
/// @param door where it is asked
public record GeminiCounter(Door door) implements Counter {

  @Override
  public Outgoing question(Conversation conversation) {
    var body = new GeminiBody(conversation, door);
    var json = body.question();
    var names = FunctionNames.changed(conversation.tools());
    return Outgoing.json(
        door.countPath(conversation.model()),
        json,
        new Outgoing.Expected(false, names),
        body.untold());
  }

  @Override
  public long tokens(byte[] answer, int offset, int length) {
    return CountedTokens.read(answer, offset, length, "totalTokens");
  }
}
