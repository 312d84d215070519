package dev.sluice.wire.openai.responses;

import dev.sluice.core.price.Tokens;
import dev.sluice.wire.openai.BlockQueue;
import dev.sluice.wire.openai.OpenAiErrors;
import dev.sluice.wire.openai.ServerEvents;
import dev.sluice.wire.openai.ServerEvents.Event;
import dev.sluice.wire.translate.AnswerDecoder;
import dev.sluice.wire.translate.AnswerEvent;
import dev.sluice.wire.translate.AnswerEvent.Begun;
import dev.sluice.wire.translate.AnswerEvent.Ended;
import dev.sluice.wire.translate.AnswerEvent.Failed;
import dev.sluice.wire.translate.AnswerEvent.StopReason;
import dev.sluice.wire.translate.Outgoing.Expected;
import dev.sluice.wire.translate.ProviderError;
import dev.sluice.wire.translate.ProviderError.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads an answer, streamed or whole.
final class ResponsesDecoder implements AnswerDecoder {

  /// More than any answer has: what is beyond is no count.
  private static final long TOKENS_MAX = 1L << 40;

  private static final JsonMapper JSON = JsonMapper.shared();

  private final ServerEvents body = new ServerEvents();
  private final BlockQueue blocks;
  private final OutputItems items;
  private final List<AnswerEvent> events = new ArrayList<>();
  private @Nullable JsonNode usage;
  private boolean begun;
  private boolean over;

  ResponsesDecoder(Expected expected) {
    blocks = new BlockQueue(expected);
    items = new OutputItems(blocks);
  }

  @Override
  public List<AnswerEvent> read(byte[] part, int offset, int length) {
    if (!over) {
      body.read(part, offset, length).forEach(this::event);
    }
    return told();
  }

  @Override
  public List<AnswerEvent> end() {
    if (!over) {
      body.end().forEach(this::event);
    }
    if (!over) {
      fail(new ProviderError(Kind.SERVER, "the answer broke off before its end"));
    }
    return told();
  }

  @Override
  public Held held() {
    if (over) {
      return Held.NOTHING;
    }
    // What is no delta repeats: the request, or what deltas have told.
    var name = body.heldName();
    boolean written = name.isEmpty() || name.endsWith(".delta");
    return new Held((written ? body.heldBytes() : 0) + blocks.heldChars(), false);
  }

  @Override
  public @Nullable JsonNode usage() {
    return usage;
  }

  private List<AnswerEvent> told() {
    if (!over && (body.overfull() || blocks.overfull() || items.overfull())) {
      fail(new ProviderError(Kind.SERVER, "the answer holds more than the gateway keeps"));
    }
    var told = List.copyOf(events);
    events.clear();
    return told;
  }

  private void event(Event event) {
    var data = event.data().strip();
    if (over || data.isEmpty() || data.equals("[DONE]")) {
      return;
    }
    try {
      var json = JSON.readTree(data);
      if (body.whole()) {
        whole(json);
      } else {
        event(json.path("type").asString(event.name()), json);
      }
    } catch (JacksonException _) {
      fail(new ProviderError(Kind.SERVER, "an event of the answer is not JSON"));
    }
  }

  private void whole(JsonNode answer) {
    if (answer.path("error").isContainer() || !answer.path("output").isArray()) {
      fail(OpenAiErrors.read(0, answer));
      return;
    }
    begin(answer);
    int index = 0;
    for (var item : answer.path("output")) {
      items.done(index++, item);
    }
    finish(answer);
  }

  private void event(String type, JsonNode event) {
    int index = event.path("output_index").asInt(0);
    var delta = event.path("delta").asString("");
    switch (type) {
      case "response.created", "response.in_progress", "response.queued" ->
          begin(event.path("response"));
      case "response.output_item.added" -> items.added(index, event.path("item"));
      case "response.output_item.done" -> items.done(index, event.path("item"));
      case "response.output_text.delta" -> items.text(index, delta);
      case "response.output_text.annotation.added" -> items.cite(index, event.path("annotation"));
      case "response.refusal.delta" -> items.refusal(index, delta);
      case "response.reasoning_summary_part.added" -> items.thinkingPart(index);
      case "response.reasoning_summary_text.delta", "response.reasoning_text.delta" ->
          items.thinking(index, delta);
      case "response.function_call_arguments.delta" -> items.input(index, delta);
      case "response.completed", "response.incomplete", "response.failed", "response.cancelled" ->
          finish(event.path("response"));
      case "error" -> fail(OpenAiErrors.read(0, event));
      default -> {
        // The end of a part or the course of a search, which their items tell too.
      }
    }
    if (!over) {
      tell();
    }
  }

  private void begin(JsonNode response) {
    if (!begun) {
      begun = true;
      var id = response.path("id").asString("");
      blocks.name(id);
      events.add(new Begun(id, response.path("model").asString(""), Tokens.NONE));
    }
  }

  /// Blocks come after the answer's beginning, even where that was not told.
  private void tell() {
    var drained = blocks.drain();
    if (!drained.isEmpty()) {
      begin(JSON.missingNode());
      events.addAll(drained);
    }
  }

  private void finish(JsonNode response) {
    usage = response.path("usage").isObject() ? response.path("usage") : null;
    var status = response.path("status").asString("completed");
    if (status.equals("failed") || status.equals("cancelled")) {
      fail(OpenAiErrors.read(0, response.path("error").isObject() ? response : statusOf(status)));
      return;
    }
    begin(response);
    blocks.endAll();
    tell();
    var told = usage != null && usage.path("input_tokens").isIntegralNumber() ? usage : null;
    var tokens = told == null ? null : tokens(told, searches(response));
    events.add(new Ended(reason(response), null, tokens, told));
    over = true;
  }

  private static JsonNode statusOf(String status) {
    return JSON.createObjectNode().put("message", "status: " + status);
  }

  private StopReason reason(JsonNode response) {
    return switch (response.path("incomplete_details").path("reason").asString("")) {
      case "max_output_tokens" -> StopReason.MAX_TOKENS;
      case "content_filter" -> StopReason.REFUSAL;
      default -> {
        if (items.refused()) {
          yield StopReason.REFUSAL;
        }
        yield blocks.anyCall() ? StopReason.TOOL_USE : StopReason.END_TURN;
      }
    };
  }

  /// OpenAI tells what it bills: a page that is opened is an item too, and not billed. Where
  /// nothing is told, the items count.
  private long searches(JsonNode response) {
    var told = response.path("tool_usage").path("web_search").path("num_requests");
    return told.isIntegralNumber() ? count(told) : items.searches();
  }

  /// `input_tokens` includes what was read from a cache, and written to one.
  private static Tokens tokens(JsonNode usage, long searches) {
    long input = count(usage.path("input_tokens"));
    var details = usage.path("input_tokens_details");
    long read = Math.min(count(details.path("cached_tokens")), input);
    long written = Math.min(count(details.path("cache_write_tokens")), input - read);
    long output = count(usage.path("output_tokens"));
    return new Tokens(input - read - written, output, read, written, 0, searches);
  }

  private static long count(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong()
        ? Math.clamp(value.longValue(), 0, TOKENS_MAX)
        : 0;
  }

  private void fail(ProviderError error) {
    if (!over) {
      tell();
      events.add(new Failed(error));
      over = true;
    }
  }
}
