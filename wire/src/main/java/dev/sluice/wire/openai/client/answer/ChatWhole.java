package dev.sluice.wire.openai.client.answer;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Cited;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.FoundOpened;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
import dev.sluice.wire.translate.AnswerEvent.SealedThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.SearchOpened;
import dev.sluice.wire.translate.AnswerEvent.Signed;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.AnswerEvent.ThinkingGrown;
import dev.sluice.wire.translate.AnswerEvent.ThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.ToolUseOpened;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes a chat's answer in one piece, when it has ended. It is no longer than the answer that it
/// is made of, which was read whole.
final class ChatWhole implements ClientEncoder {

  private static final byte[] NOTHING = {};

  private final Instant createdAt;
  private final StringBuilder content = new StringBuilder();
  private final StringBuilder reasoning = new StringBuilder();
  private final StringBuilder input = new StringBuilder();
  private final Citations citations = new Citations();
  private final ArrayNode annotations = JSON.createArrayNode();
  private final ArrayNode calls = JSON.createArrayNode();
  private Begun begun = new Begun("", "", Tokens.NONE);
  private @Nullable ToolUseOpened call;
  private boolean over;

  ChatWhole(Instant createdAt) {
    this.createdAt = createdAt;
  }

  @Override
  public byte[] encode(List<AnswerEvent> events) {
    for (var event : events) {
      var bytes = over ? NOTHING : take(event);
      if (bytes.length > 0) {
        over = true;
        return bytes;
      }
    }
    return NOTHING;
  }

  private byte[] take(AnswerEvent event) {
    switch (event) {
      case Begun first -> begun = first;
      case ToolUseOpened opened -> call = opened;
      case TextOpened _ -> citations.open();
      case TextGrown(var text) -> {
        citations.grow(text);
        content.append(text);
      }
      case Cited(var citation) -> citations.add(citation);
      case ThinkingGrown(var text) -> reasoning.append(text);
      case InputGrown(var json) -> {
        if (call != null) { // What is searched for is not seen in a chat.
          input.append(json);
        }
      }
      case Closed _ -> close();
      case Ended ended -> {
        return JSON.writeValueAsBytes(whole(ended));
      }
      case Failed(var error) -> {
        return JSON.writeValueAsBytes(ClientError.of(error));
      }
      case ThinkingOpened _, SealedThinkingOpened _, SearchOpened _, FoundOpened _, Signed _ -> {
        // Nothing of it is seen in a chat.
      }
    }
    return NOTHING;
  }

  private void close() {
    annotations.addAll(citations.wrapped());
    citations.open();
    if (call == null) {
      return;
    }
    var told = calls.addObject().put("id", call.id()).put("type", "function");
    var arguments = input.isEmpty() ? NO_INPUT : input.toString();
    told.putObject("function").put("name", call.name()).put("arguments", arguments);
    input.setLength(0);
    call = null;
  }

  private ObjectNode whole(Ended ended) {
    var chat = ChatJson.frame("chat.completion", begun, createdAt);
    var choice = chat.putArray("choices").addObject().put("index", 0);
    var message = choice.putObject("message").put("role", "assistant");
    message.put("content", content.isEmpty() && !calls.isEmpty() ? null : content.toString());
    message.putNull("refusal");
    if (!reasoning.isEmpty()) {
      message.put("reasoning_content", reasoning.toString());
    }
    if (!annotations.isEmpty()) {
      message.set("annotations", annotations);
    }
    if (!calls.isEmpty()) {
      message.set("tool_calls", calls);
    }
    choice.putNull("logprobs").put("finish_reason", ChatJson.finish(ended.reason()));
    chat.set("usage", ChatJson.usage(ended));
    return chat;
  }
}
