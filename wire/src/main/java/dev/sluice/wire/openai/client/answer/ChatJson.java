package dev.sluice.wire.openai.client.answer;

import static dev.sluice.wire.openai.client.answer.ClientEncoder.JSON;

import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/// What the chunks of a chat and a whole one have in common.
final class ChatJson {

  private ChatJson() {}

  static ObjectNode frame(String object, Begun begun, Instant createdAt) {
    return JSON.createObjectNode()
        .put("id", ClientEncoder.id("chatcmpl-", begun.id()))
        .put("object", object)
        .put("created", createdAt.getEpochSecond())
        .put("model", begun.model());
  }

  static ObjectNode usage(Ended ended) {
    var tokens = ClientEncoder.tokens(ended);
    long prompt = tokens.inputInAll();
    var usage =
        JSON.createObjectNode()
            .put("prompt_tokens", prompt)
            .put("completion_tokens", tokens.output())
            .put("total_tokens", prompt + tokens.output());
    ClientEncoder.cached(usage.putObject("prompt_tokens_details"), tokens);
    usage
        .putObject("completion_tokens_details")
        .put("reasoning_tokens", ClientEncoder.thinkingTokens(ended.usage()));
    return usage;
  }

  static String finish(StopReason reason) {
    return switch (reason) {
      case END_TURN, STOP_SEQUENCE, PAUSE_TURN -> "stop";
      case MAX_TOKENS, CONTEXT_FULL -> "length";
      case TOOL_USE -> "tool_calls";
      case REFUSAL -> "content_filter";
    };
  }
}
