package dev.sluice.wire.anthropic.answer;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.anthropic.UsageMerge;
import dev.sluice.wire.openai.ServerEvents;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Cited;
import dev.sluice.wire.translate.AnswerEvent.Closed;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.InputGrown;
import dev.sluice.wire.translate.AnswerEvent.SealedThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.SearchOpened;
import dev.sluice.wire.translate.AnswerEvent.Signed;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.AnswerEvent.TextGrown;
import dev.sluice.wire.translate.AnswerEvent.TextOpened;
import dev.sluice.wire.translate.AnswerEvent.ThinkingGrown;
import dev.sluice.wire.translate.AnswerEvent.ThinkingOpened;
import dev.sluice.wire.translate.AnswerEvent.ToolUseOpened;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads an answer of the Messages API, streamed or whole. Blocks that only this API has, those of
/// tools that the provider runs, say nothing in another language and are left out, but for searches
/// of the web. Not thread-safe.
public final class MessagesDecoder implements AnswerDecoder {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Set<String> NOT_FIRST =
      Set.of(
          "content_block_start",
          "content_block_delta",
          "content_block_stop",
          "message_delta",
          "message_stop");

  private final ServerEvents body = new ServerEvents();
  private final UsageMerge merge = new UsageMerge();
  private final List<AnswerEvent> events = new ArrayList<>();
  private @Nullable JsonNode usage;
  private JsonNode stop = JSON.missingNode();
  private boolean begun;
  private boolean open;
  private boolean over;

  @Override
  public List<AnswerEvent> read(byte[] part, int offset, int length) {
    if (!over) {
      body.read(part, offset, length).forEach(event -> take(event.data()));
    }
    return told();
  }

  @Override
  public List<AnswerEvent> end() {
    if (!over) {
      body.end().forEach(event -> take(event.data()));
    }
    if (!over) {
      fail("the answer broke off before its end");
    }
    return told();
  }

  @Override
  public Held held() {
    return over ? Held.NOTHING : new Held(body.heldBytes(), false);
  }

  @Override
  public @Nullable JsonNode usage() {
    return merge.told();
  }

  private List<AnswerEvent> told() {
    if (!over && body.overfull()) {
      fail("an event of the answer is longer than the gateway keeps");
    }
    var told = List.copyOf(events);
    events.clear();
    return told;
  }

  private void take(String data) {
    if (over || data.isBlank()) {
      return;
    }
    try {
      event(JSON.readTree(data));
    } catch (JacksonException _) {
      fail("an event of the answer is not JSON");
    }
  }

  private void event(JsonNode event) {
    var type = event.path("type").asString("");
    if (!begun && NOT_FIRST.contains(type)) {
      fail("the answer does not begin with message_start");
      return;
    }
    switch (type) {
      case "message_start" -> {
        merge.start(event.toString());
        begin(event.path("message"));
      }
      case "content_block_start" -> open(event.path("content_block"));
      case "content_block_delta" -> grow(event.path("delta"));
      case "content_block_stop" -> close();
      case "message_delta" -> {
        merge.delta(event.toString());
        stop = event.path("delta");
        usage = event.path("usage");
      }
      case "message_stop" -> finish();
      case "message" -> {
        if (!begun) {
          whole(event);
        }
      }
      case "error" -> {
        over = true;
        events.add(new Failed(error(event)));
      }
      default -> {
        // A ping, or what some later version adds.
      }
    }
  }

  private void begin(JsonNode message) {
    if (begun) {
      return; // What it adds to the usage is counted.
    }
    begun = true;
    events.add(
        new Begun(
            message.path("id").asString(""), message.path("model").asString(""), merge.tokens()));
  }

  private void whole(JsonNode message) {
    usage = message.path("usage");
    merge.whole(usage.toString());
    stop = message;
    begin(message);
    for (var block : message.path("content")) {
      open(block);
      boolean asks = block.path("type").asString("").endsWith("tool_use");
      if (open && asks) {
        events.add(new InputGrown(block.path("input").toString()));
      }
      close();
    }
    finish();
  }

  /// A block of a whole message has its content here already; one of a stream has none yet.
  private void open(JsonNode block) {
    close();
    var kind = block.path("type").asString("");
    open = true;
    switch (kind) {
      case "text" -> events.add(new TextOpened());
      case "thinking" -> events.add(new ThinkingOpened());
      case "redacted_thinking" ->
          events.add(new SealedThinkingOpened(block.path("data").asString("")));
      case "tool_use" ->
          events.add(
              new ToolUseOpened(block.path("id").asString(""), block.path("name").asString("")));
      case "server_tool_use" -> {
        open = block.path("name").asString("").equals("web_search");
        if (open) {
          events.add(new SearchOpened(block.path("id").asString("")));
        }
      }
      case "web_search_tool_result" -> events.add(Searches.found(block));
      default -> open = false;
    }
    grow(block);
  }

  private void grow(JsonNode delta) {
    if (!open) {
      return;
    }
    if (!text(delta, "text").isEmpty()) {
      events.add(new TextGrown(text(delta, "text")));
    }
    if (!text(delta, "thinking").isEmpty()) {
      events.add(new ThinkingGrown(text(delta, "thinking")));
    }
    if (!text(delta, "signature").isEmpty()) {
      events.add(new Signed(text(delta, "signature")));
    }
    if (!text(delta, "partial_json").isEmpty()) {
      events.add(new InputGrown(text(delta, "partial_json")));
    }
    for (var citation : delta.path("citations")) {
      events.add(new Cited(Searches.citation(citation)));
    }
    if (delta.path("citation").isObject()) {
      events.add(new Cited(Searches.citation(delta.path("citation"))));
    }
  }

  private static String text(JsonNode delta, String member) {
    return delta.path(member).asString("");
  }

  private void close() {
    if (open) {
      open = false;
      events.add(new Closed());
    }
  }

  private void finish() {
    close();
    over = true;
    var tokens = merge.tokens();
    var reason = reason(stop.path("stop_reason").asString(""));
    var sequence = stop.path("stop_sequence").asString("");
    events.add(
        new Ended(
            reason,
            reason == StopReason.STOP_SEQUENCE ? sequence : null,
            tokens.equals(Tokens.NONE) ? null : tokens,
            usage));
  }

  private static StopReason reason(String word) {
    return switch (word) {
      case "max_tokens" -> StopReason.MAX_TOKENS;
      case "stop_sequence" -> StopReason.STOP_SEQUENCE;
      case "tool_use" -> StopReason.TOOL_USE;
      case "pause_turn" -> StopReason.PAUSE_TURN;
      case "refusal" -> StopReason.REFUSAL;
      case "model_context_window_exceeded" -> StopReason.CONTEXT_FULL;
      default -> StopReason.END_TURN;
    };
  }

  private static ProviderError error(JsonNode event) {
    var error = event.path("error");
    var type = error.path("type").asString("");
    var kind = Kind.SERVER;
    for (var one : Kind.values()) {
      kind = one.type().equals(type) && one != Kind.PROMPT_TOO_LONG ? one : kind;
    }
    return new ProviderError(kind, error.path("message").asString(""));
  }

  private void fail(String words) {
    over = true;
    events.add(new Failed(new ProviderError(Kind.SERVER, words)));
  }
}
