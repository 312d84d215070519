package dev.sluice.wire.anthropic.message;

import static dev.sluice.wire.anthropic.message.MessageJson.JSON;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.json.WellFormed;
import dev.sluice.wire.translate.AnswerDecoder;
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
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.Seal;
import dev.sluice.wire.translate.ToolInput;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes an answer as one message, when it has ended. Of a `Failed` it writes the body of
/// [MessagesError]; the status is the caller's to send.
public final class WholeEncoder implements AnswerEncoder {

  /// Of all texts and inputs together.
  static final int ANSWER_CHARS_MAX = AnswerDecoder.EVENT_BYTES_MAX;

  private static final byte[] NOTHING = {};

  private final Reply reply;
  private final ObjectNode message = JSON.createObjectNode();
  private final ArrayNode content = JSON.createArrayNode();
  private final StringBuilder grown = new StringBuilder();
  private final SearchJson searches;
  private ArrayNode citations = JSON.createArrayNode();
  private @Nullable Opened open;
  private @Nullable String signature;
  private long chars;
  private boolean over;

  public WholeEncoder(Reply reply) {
    this.reply = reply;
    searches = new SearchJson(reply.origin());
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
      case Begun begun -> message.setAll(MessageJson.message(begun, reply));
      case Opened opened -> {
        open = opened;
        signature = null;
        grown.setLength(0);
        citations = JSON.createArrayNode();
      }
      case Grown more -> {
        return grow(more);
      }
      case Closed _ -> close();
      case Ended ended -> {
        return end(ended);
      }
      case Failed(var error) -> {
        return MessagesError.of(error, reply.requestId()).body();
      }
    }
    return NOTHING;
  }

  private byte[] grow(Grown more) {
    switch (more) {
      case TextGrown(var text) -> grown.append(text);
      case ThinkingGrown(var text) -> grown.append(text);
      case InputGrown(var json) -> grown.append(json);
      case Signed(var seal) -> signature = seal;
      case Cited(var citation) -> citations.add(searches.citation(citation));
    }
    if (chars + grown.length() <= ANSWER_CHARS_MAX) {
      return NOTHING;
    }
    var words = "the answer has more than " + ANSWER_CHARS_MAX + " characters";
    var error = new ProviderError(ProviderError.Kind.SERVER, words);
    return MessagesError.of(error, reply.requestId()).body();
  }

  private void close() {
    if (open == null) {
      throw new IllegalStateException("BUG: a block closes that was not opened");
    }
    chars += grown.length();
    var text = WellFormed.text(grown.toString());
    var block = content.addObject();
    switch (open) {
      case TextOpened _ -> {
        block.put("type", "text").put("text", text);
        if (!citations.isEmpty()) {
          block.set("citations", citations);
        }
      }
      case ThinkingOpened _ ->
          block
              .put("type", "thinking")
              .put("thinking", text)
              .put("signature", Seal.seal(reply.origin(), signature));
      case ToolUseOpened(var id, var name) ->
          block
              .put("type", "tool_use")
              .put("id", id)
              .put("name", name)
              .set("input", ToolInput.read(text));
      case SealedThinkingOpened(var data) ->
          block.put("type", "redacted_thinking").put("data", Seal.seal(reply.origin(), data));
      case SearchOpened(var id) ->
          block.setAll(searches.search(id)).set("input", ToolInput.read(text));
      case FoundOpened(var id, var pages, var failure) ->
          block.setAll(searches.found(id, pages, failure));
    }
    open = null;
  }

  private byte[] end(Ended ended) {
    message.set("content", content);
    MessageJson.stop(message, ended.reason(), ended.sequence());
    message.set("usage", MessageJson.usage(ended, Tokens.NONE));
    return JSON.writeValueAsBytes(message);
  }
}
