package dev.sluice.wire.bedrock;

import dev.sluice.wire.conversation.Conversation;
import dev.sluice.wire.translate.Counter;
import dev.sluice.wire.translate.Outgoing;
import java.util.Map;

/// The count of a call of Converse.
///
/// @param family of the models that it is used for ([Family#of])
public record ConverseCounter(Family family) implements Counter {

  @Override
  public Outgoing question(Conversation conversation) {
    var body = new ConverseBody(conversation, family);
    return Outgoing.json(
        BedrockCount.path(conversation.model()),
        body.question(),
        new Outgoing.Expected(false, Map.of()),
        body.untold());
  }

  @Override
  public long tokens(byte[] answer, int offset, int length) {
    return BedrockCount.tokens(answer, offset, length);
  }
}
