package dev.sluice.wire.anthropic.message;

import static dev.sluice.wire.anthropic.message.MessageJson.JSON;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.json.WellFormed;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Cited;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.FoundOpened;
import dev.sluice.wire.translate.AnswerEvent.Grown;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
import dev.sluice.wire.translate.AnswerEvent.Opened;
import dev.sluice.wire.translate.AnswerEvent.SealedThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.SearchOpened;
import dev.sluice.wire.translate.AnswerEvent.Signed;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.AnswerEvent.ThinkingGrown;
import dev.sluice.wire.translate.AnswerEvent.ThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.ToolUseOpened;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.ToolInput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Writes an answer as a stream of events.
public final class StreamEncoder implements AnswerEncoder {

  /// Of an input that is no object; the rest of it is dropped.
  private static final int HELD_CHARS_MAX = 64 << 10;

  /// Of most events.
  private static final int EVENT_BYTES = 256;

  private static final byte[] NOTHING = new byte[0];
  private static final byte[] END = {'\n', '\n'};
  private static final byte[] PING =
      "event: ping\ndata: {\"type\":\"ping\"}\n\n".getBytes(StandardCharsets.US_ASCII);

  private final Reply reply;
  private final SearchJson searches;
  private final StringBuilder heldInput = new StringBuilder();
  private Tokens told = Tokens.NONE;
  private @Nullable Opened open;
  private int index;
  private boolean signed;
  private boolean inputPasses;
  private boolean over;

  public StreamEncoder(Reply reply) {
    this.reply = reply;
    searches = new SearchJson(reply.origin());
  }

  /// Keeps a silent stream alive; can be sent between any two results of [#encode].
  public static byte[] ping() {
    return PING.clone();
  }

  @Override
  public byte[] encode(List<AnswerEvent> events) {
    if (events.isEmpty()) {
      return NOTHING;
    }
    var out = new ByteArrayOutputStream(EVENT_BYTES);
    for (var event : events) {
      if (!over) {
        write(event, out);
      }
    }
    return out.toByteArray();
  }

  private void write(AnswerEvent event, ByteArrayOutputStream out) {
    switch (event) {
      case Begun begun -> begin(begun, out);
      case Opened opened -> open(opened, out);
      case Grown grown -> grow(grown, out);
      case Closed _ -> close(out);
      case Ended ended -> end(ended, out);
      case Failed(var error) -> {
        over = true;
        send("error", MessagesError.midStream(error, reply.requestId()), out);
      }
    }
  }

  private void begin(Begun begun, ByteArrayOutputStream out) {
    told = begun.tokens();
    var message = MessageJson.message(begun, reply);
    message.set("usage", MessageJson.usage(told, told));
    var start = event("message_start");
    start.set("message", message);
    send("message_start", start, out);
  }

  private void open(Opened opened, ByteArrayOutputStream out) {
    open = opened;
    signed = false;
    inputPasses = false;
    heldInput.setLength(0);
    var start = event("content_block_start").put("index", index);
    var block = start.putObject("content_block");
    switch (opened) {
      case TextOpened _ -> block.put("type", "text").put("text", "");
      case ThinkingOpened _ ->
          block.put("type", "thinking").put("thinking", "").put("signature", "");
      case ToolUseOpened(var id, var name) ->
          block.put("type", "tool_use").put("id", id).put("name", name).putObject("input");
      case SealedThinkingOpened(var data) ->
          block.put("type", "redacted_thinking").put("data", Seal.seal(reply.origin(), data));
      case SearchOpened(var id) -> block.setAll(searches.search(id)).putObject("input");
      case FoundOpened(var id, var pages, var failure) ->
          block.setAll(searches.found(id, pages, failure));
    }
    send("content_block_start", start, out);
  }

  private void grow(Grown grown, ByteArrayOutputStream out) {
    switch (grown) {
      case TextGrown(var text) -> delta("text_delta", "text", text, out);
      case ThinkingGrown(var text) -> delta("thinking_delta", "thinking", text, out);
      case Signed(var signature) -> sign(signature, out);
      case InputGrown(var json) -> input(json, out);
      case Cited(var citation) -> cite(citation, out);
    }
  }

  private void cite(Citation citation, ByteArrayOutputStream out) {
    var event = event("content_block_delta").put("index", index);
    event
        .putObject("delta")
        .put("type", "citations_delta")
        .set("citation", searches.citation(citation));
    send("content_block_delta", event, out);
  }

  private void sign(@Nullable String signature, ByteArrayOutputStream out) {
    signed = true;
    var seal = Seal.seal(reply.origin(), signature);
    if (!seal.isEmpty()) {
      delta("signature_delta", "signature", seal, out);
    }
  }

  /// Passes on what begins as an object, and holds back all else.
  private void input(String json, ByteArrayOutputStream out) {
    boolean undecided = !inputPasses && heldInput.isEmpty();
    inputPasses |= undecided && json.stripLeading().startsWith("{");
    if (inputPasses) {
      delta("input_json_delta", "partial_json", json, out);
    } else if (!undecided || !json.isBlank()) {
      int room = HELD_CHARS_MAX - heldInput.length();
      heldInput.append(json, 0, Math.min(json.length(), room));
    }
  }

  private void close(ByteArrayOutputStream out) {
    if (open instanceof ThinkingOpened && !signed) {
      sign(null, out);
    }
    boolean called = open instanceof ToolUseOpened || open instanceof SearchOpened;
    if (called && !inputPasses) {
      var input = ToolInput.read(heldInput.toString());
      delta("input_json_delta", "partial_json", JSON.writeValueAsString(input), out);
    }
    open = null;
    send("content_block_stop", event("content_block_stop").put("index", index), out);
    index++;
  }

  private void end(Ended ended, ByteArrayOutputStream out) {
    over = true;
    var delta = event("message_delta");
    MessageJson.stop(delta.putObject("delta"), ended.reason(), ended.sequence());
    delta.set("usage", MessageJson.usage(ended, told));
    send("message_delta", delta, out);
    send("message_stop", event("message_stop"), out);
  }

  /// Empty text says nothing, and is not sent.
  private void delta(String type, String member, String text, ByteArrayOutputStream out) {
    if (text.isEmpty()) {
      return;
    }
    head("content_block_delta", out);
    // Most events are of this kind: a tree of each costs a third of all.
    try (var json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringProperty("type", "content_block_delta");
      json.writeNumberProperty("index", index);
      json.writeObjectPropertyStart("delta");
      json.writeStringProperty("type", type);
      json.writeStringProperty(member, WellFormed.text(text));
      json.writeEndObject();
      json.writeEndObject();
    }
    out.writeBytes(END);
  }

  private static ObjectNode event(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  private static void send(String name, ObjectNode data, ByteArrayOutputStream out) {
    head(name, out);
    out.writeBytes(JSON.writeValueAsBytes(data));
    out.writeBytes(END);
  }

  private static void head(String name, ByteArrayOutputStream out) {
    out.writeBytes(("event: " + name + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
  }
}
