package dev.sluice.wire.openai.client.answer;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.openai.client.ClientRequest.Wanted;
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
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Writes a chat's answer in chunks. Thinking is told as `reasoning_content`, the word of those
/// services that show it; its seals have no place in a chat.
final class ChatStream implements ClientEncoder {

  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Wanted.Chat wanted;
  private final Instant createdAt;
  private final Citations citations = new Citations();
  private Begun begun = new Begun("", "", Tokens.NONE);
  private int calls;
  private boolean inCall;
  private boolean grown;
  private boolean over;

  ChatStream(Wanted.Chat wanted, Instant createdAt) {
    this.wanted = wanted;
    this.createdAt = createdAt;
  }

  @Override
  public byte[] encode(List<AnswerEvent> events) {
    var out = new ByteArrayOutputStream();
    for (var event : events) {
      if (!over) {
        write(event, out);
      }
    }
    return out.toByteArray();
  }

  private void write(AnswerEvent event, ByteArrayOutputStream out) {
    switch (event) {
      case Begun first -> {
        begun = first;
        delta(JSON.createObjectNode().put("role", "assistant").put("content", ""), out);
      }
      case ToolUseOpened(var id, var name) -> open(id, name, out);
      case TextOpened _ -> citations.open();
      case TextGrown(var text) -> {
        citations.grow(text);
        delta(JSON.createObjectNode().put("content", text), out);
      }
      case Cited(var citation) -> citations.add(citation);
      case ThinkingGrown(var text) ->
          delta(JSON.createObjectNode().put("reasoning_content", text), out);
      case InputGrown(var json) -> grow(json, out);
      case Closed _ -> close(out);
      case Ended ended -> end(ended, out);
      case Failed(var error) -> {
        over = true;
        out.writeBytes(ClientEncoder.event("", ClientError.of(error)));
      }
      case ThinkingOpened _, SealedThinkingOpened _, SearchOpened _, FoundOpened _, Signed _ -> {
        // Nothing of it is seen in a chat.
      }
    }
  }

  private void open(String id, String name, ByteArrayOutputStream out) {
    inCall = true;
    grown = false;
    var call = JSON.createObjectNode().put("index", calls).put("id", id).put("type", "function");
    call.putObject("function").put("name", name).put("arguments", "");
    call(call, out);
  }

  private void grow(String json, ByteArrayOutputStream out) {
    if (!inCall) {
      return; // What is searched for is not seen in a chat.
    }
    grown = true;
    var call = JSON.createObjectNode().put("index", calls);
    call.putObject("function").put("arguments", json);
    call(call, out);
  }

  private void close(ByteArrayOutputStream out) {
    if (inCall && !grown) {
      grow(NO_INPUT, out);
    }
    calls += inCall ? 1 : 0;
    inCall = false;
    var annotations = citations.wrapped();
    citations.open();
    if (!annotations.isEmpty()) {
      var delta = JSON.createObjectNode();
      delta.putArray("annotations").addAll(annotations);
      delta(delta, out);
    }
  }

  private void call(ObjectNode call, ByteArrayOutputStream out) {
    var delta = JSON.createObjectNode();
    delta.putArray("tool_calls").add(call);
    delta(delta, out);
  }

  private void delta(ObjectNode delta, ByteArrayOutputStream out) {
    send(chunk(delta, null), out);
  }

  private ObjectNode chunk(ObjectNode delta, @Nullable String finish) {
    var chunk = ChatJson.frame("chat.completion.chunk", begun, createdAt);
    var choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finish);
    return chunk;
  }

  private void end(Ended ended, ByteArrayOutputStream out) {
    over = true;
    send(chunk(JSON.createObjectNode(), ChatJson.finish(ended.reason())), out);
    if (wanted.usage()) {
      var last = ChatJson.frame("chat.completion.chunk", begun, createdAt);
      last.putArray("choices");
      out.writeBytes(ClientEncoder.event("", last.set("usage", ChatJson.usage(ended))));
    }
    out.writeBytes(DONE);
  }

  private void send(ObjectNode chunk, ByteArrayOutputStream out) {
    if (wanted.usage()) {
      chunk.putNull("usage");
    }
    out.writeBytes(ClientEncoder.event("", chunk));
  }
}
