package dev.sluice.wire.openai.client.answer;

import static dev.sluice.wire.openai.client.answer.ClientEncoder.JSON;

import dev.sluice.wire.openai.client.Thoughts;
import dev.sluice.wire.translate.AnswerEvent.Cited;
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
import dev.sluice.wire.translate.SearchIds;
import dev.sluice.wire.translate.ToolInput;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// An item of a response while it is written, and the events that tell it.
final class ResponseItem {

  private enum Kind {
    MESSAGE,
    REASONING,
    CALL,
    SEARCH
  }

  /// About as much as an annotation takes.
  private static final int CITATION_CHARS = 256;

  private final Kind kind;
  private final int index;
  private final ObjectNode json;
  private final StringBuilder text = new StringBuilder();
  private final Citations citations = new Citations();

  private ResponseItem(Kind kind, int index, ObjectNode json) {
    this.kind = kind;
    this.index = index;
    this.json = json;
  }

  /// @param id of the answer, without a mark
  static ResponseItem open(Opened opened, String id, int index) {
    var own = id + "_" + index;
    return switch (opened) {
      case TextOpened _ -> {
        var message = item("msg_" + own, "message").put("status", "in_progress");
        message.putArray("content");
        yield new ResponseItem(Kind.MESSAGE, index, message.put("role", "assistant"));
      }
      case ThinkingOpened _ -> new ResponseItem(Kind.REASONING, index, thought(own));
      case SealedThinkingOpened(var data) ->
          new ResponseItem(
              Kind.REASONING, index, thought(own).put("encrypted_content", Thoughts.sealed(data)));
      case SearchOpened(var searchId) -> {
        var searched = SearchIds.own(searchId);
        var search =
            item(searched.startsWith("ws_") ? searched : "ws_" + searched, "web_search_call");
        yield new ResponseItem(Kind.SEARCH, index, search.put("status", "in_progress"));
      }
      case FoundOpened _ -> throw new IllegalStateException("BUG: what was found is no item");
      case ToolUseOpened(var callId, var name) -> {
        var call = item("fc_" + own, "function_call").put("status", "in_progress");
        yield new ResponseItem(
            Kind.CALL, index, call.put("arguments", "").put("call_id", callId).put("name", name));
      }
    };
  }

  private static ObjectNode item(String id, String type) {
    return JSON.createObjectNode().put("id", id).put("type", type);
  }

  private static ObjectNode thought(String own) {
    var thought = item("rs_" + own, "reasoning");
    thought.putArray("summary");
    return thought;
  }

  int index() {
    return index;
  }

  ObjectNode json() {
    return json;
  }

  static long chars(Grown grown) {
    return switch (grown) {
      case TextGrown(var more) -> more.length();
      case ThinkingGrown(var more) -> more.length();
      case InputGrown(var more) -> more.length();
      case Signed(var signature) -> signature.length();
      case Cited _ -> CITATION_CHARS;
    };
  }

  List<ObjectNode> begin() {
    var events = new ArrayList<ObjectNode>();
    var added = event("response.output_item.added");
    events.add(added.set("item", json.deepCopy()));
    if (kind == Kind.MESSAGE) {
      events.add(inside("response.content_part.added").set("part", part("")));
    }
    if (kind == Kind.SEARCH) {
      events.add(inItem("response.web_search_call.in_progress"));
      events.add(inItem("response.web_search_call.searching"));
    }
    return events;
  }

  List<ObjectNode> grow(Grown grown) {
    return switch (grown) {
      case TextGrown(var more) -> {
        text.append(more);
        citations.grow(more);
        var delta = inside("response.output_text.delta").put("delta", more);
        delta.putArray("logprobs");
        yield List.of(delta);
      }
      case ThinkingGrown(var more) -> think(more);
      case InputGrown(var more) -> {
        text.append(more);
        yield kind == Kind.SEARCH
            ? List.of()
            : List.of(inItem("response.function_call_arguments.delta").put("delta", more));
      }
      case Cited(var citation) -> {
        citations.add(citation);
        yield List.of();
      }
      case Signed(var signature) -> {
        json.put("encrypted_content", signature);
        yield List.of();
      }
    };
  }

  private List<ObjectNode> think(String more) {
    var events = new ArrayList<ObjectNode>();
    if (text.isEmpty()) {
      events.add(inSummary("response.reasoning_summary_part.added").set("part", summary("")));
    }
    text.append(more);
    events.add(inSummary("response.reasoning_summary_text.delta").put("delta", more));
    return events;
  }

  /// What ends it; [#json] is whole then.
  List<ObjectNode> end() {
    var events = new ArrayList<ObjectNode>();
    switch (kind) {
      case MESSAGE -> endMessage(events);
      case REASONING -> endThought(events);
      case CALL -> endCall(events);
      case SEARCH -> endSearch(events);
    }
    events.add(event("response.output_item.done").set("item", json.deepCopy()));
    return events;
  }

  private void endMessage(List<ObjectNode> events) {
    var said = text.toString();
    var annotations = citations.flat();
    for (int i = 0; i < annotations.size(); i++) {
      var added = inside("response.output_text.annotation.added").put("annotation_index", i);
      events.add(added.set("annotation", annotations.get(i).deepCopy()));
    }
    var done = inside("response.output_text.done").put("text", said);
    done.putArray("logprobs");
    events.add(done);
    var part = part(said);
    part.withArray("annotations").addAll(annotations);
    events.add(inside("response.content_part.done").set("part", part));
    json.put("status", "completed").withArray("content").add(part.deepCopy());
  }

  boolean isSearch() {
    return kind == Kind.SEARCH;
  }

  /// What the search came to; the item ends after it.
  void found(FoundOpened found) {
    var sources = JSON.createArrayNode();
    found.pages().forEach(page -> sources.addObject().put("type", "url").put("url", page.url()));
    json.put("status", found.failure() == null ? "completed" : "failed");
    json.putObject("action").set("sources", sources);
  }

  private void endSearch(List<ObjectNode> events) {
    var sources = json.path("action").path("sources");
    boolean failed = json.path("status").stringValue().equals("failed");
    json.put("status", failed ? "failed" : "completed");
    var query = ToolInput.read(text.toString()).path("query").asString("");
    var action = json.putObject("action").put("type", "search").put("query", query);
    if (sources.isArray()) {
      action.set("sources", sources);
    }
    events.add(inItem("response.web_search_call.completed"));
  }

  private void endThought(List<ObjectNode> events) {
    if (text.isEmpty()) {
      return;
    }
    var thought = text.toString();
    events.add(inSummary("response.reasoning_summary_text.done").put("text", thought));
    events.add(inSummary("response.reasoning_summary_part.done").set("part", summary(thought)));
    json.withArray("summary").add(summary(thought));
  }

  private void endCall(List<ObjectNode> events) {
    var arguments = text.isEmpty() ? ClientEncoder.NO_INPUT : text.toString();
    events.add(
        inItem("response.function_call_arguments.done")
            .put("name", json.path("name").stringValue())
            .put("arguments", arguments));
    json.put("status", "completed").put("arguments", arguments);
  }

  private ObjectNode event(String type) {
    return JSON.createObjectNode().put("type", type).put("output_index", index);
  }

  private ObjectNode inItem(String type) {
    return event(type).put("item_id", json.path("id").stringValue());
  }

  private ObjectNode inside(String type) {
    return inItem(type).put("content_index", 0);
  }

  private ObjectNode inSummary(String type) {
    return inItem(type).put("summary_index", 0);
  }

  private static ObjectNode part(String said) {
    var part = JSON.createObjectNode().put("type", "output_text");
    part.putArray("annotations");
    part.putArray("logprobs");
    return part.put("text", said);
  }

  private static ObjectNode summary(String thought) {
    return JSON.createObjectNode().put("type", "summary_text").put("text", thought);
  }
}
