package dev.sluice.wire.openai.responses;

import dev.sluice.wire.openai.BlockQueue;
import dev.sluice.wire.openai.BlockQueue.Entry;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The items of an answer by their index: each one comes in parts, and then whole.
final class OutputItems {

  /// Items of one answer; more are no model's.
  private static final int ITEMS_MAX = 1024;

  private final BlockQueue blocks;
  private final Map<Integer, Item> items = new HashMap<>();
  private boolean refused;
  private long searches;

  private static final class Item {
    private @Nullable Entry call;
    private boolean grown;
    private boolean cited;
    private boolean done;
  }

  OutputItems(BlockQueue blocks) {
    this.blocks = blocks;
  }

  boolean refused() {
    return refused;
  }

  /// Those that are billed, as far as the items tell.
  long searches() {
    return searches;
  }

  boolean overfull() {
    return items.size() > ITEMS_MAX;
  }

  void added(int index, JsonNode item) {
    var known = item(index);
    if (item.path("type").asString("").equals("function_call") && known.call == null) {
      known.call = call(item);
    }
  }

  void text(int index, String text) {
    item(index).grown |= !text.isEmpty();
    blocks.text(text);
  }

  void cite(int index, JsonNode annotation) {
    var citation = SearchCalls.citation(annotation);
    if (citation != null) {
      item(index).cited = true;
      blocks.cite(citation);
    }
  }

  void refusal(int index, String text) {
    refused |= !text.isEmpty();
    text(index, text);
  }

  void thinking(int index, String text) {
    item(index).grown |= !text.isEmpty();
    blocks.thinking(text);
  }

  /// Parts of a summary are paragraphs.
  void thinkingPart(int index) {
    if (item(index).grown) {
      blocks.thinking("\n\n");
    }
  }

  void input(int index, String json) {
    var call = item(index).call;
    if (call != null) {
      blocks.grow(call, json);
    }
  }

  /// The item is whole: what did not come in parts is told now.
  void done(int index, JsonNode item) {
    var known = item(index);
    if (known.done) {
      return;
    }
    known.done = true;
    switch (item.path("type").asString("")) {
      case "function_call" -> endCall(known, item);
      case "message" -> endMessage(known, item);
      case "reasoning" -> endThought(known, item);
      case "web_search_call" -> endSearch(item);
      default -> {
        // Another tool that the provider ran by itself: we never ask for one.
      }
    }
  }

  private void endCall(Item known, JsonNode item) {
    var call = known.call == null ? call(item) : known.call;
    if (!call.grown()) {
      blocks.grow(call, item.path("arguments").asString(""));
    }
    blocks.end(call);
  }

  private void endMessage(Item known, JsonNode item) {
    for (var part : item.path("content")) {
      var refusal = part.path("refusal").asString("");
      refused |= !refusal.isEmpty();
      if (!known.grown) {
        said(refusal.isEmpty() ? part.path("text").asString("") : refusal, part);
      } else if (!known.cited) {
        SearchCalls.citations(part).forEach(cited -> blocks.cite(cited.citation()));
      }
    }
  }

  /// Each citation follows the text that it is told of.
  private void said(String text, JsonNode part) {
    int from = 0;
    int at = 0;
    int codePoints = 0;
    for (var cited : SearchCalls.citations(part)) {
      for (; at < text.length() && codePoints < cited.endCodePoints(); codePoints++) {
        at += Character.charCount(text.codePointAt(at));
      }
      blocks.text(text.substring(from, at));
      blocks.cite(cited.citation());
      from = at;
    }
    blocks.text(text.substring(from));
  }

  private void endSearch(JsonNode item) {
    searches += SearchCalls.isBilled(item) ? 1 : 0;
    blocks.search(
        item.path("id").asString(""),
        SearchCalls.input(item),
        SearchCalls.pages(item),
        SearchCalls.failure(item));
  }

  private void endThought(Item known, JsonNode item) {
    if (!known.grown) {
      for (var part : item.path("summary")) {
        thinkingPart(known, part.path("text").asString(""));
      }
    }
    var thought = Thought.of(item);
    if (thought != null && known.grown) {
      blocks.sign(thought.signature());
    } else if (thought != null) {
      blocks.sealed(thought.signature());
    }
  }

  private void thinkingPart(Item known, String text) {
    blocks.thinking(known.grown ? "\n\n" + text : text);
    known.grown |= !text.isEmpty();
  }

  private Item item(int index) {
    return items.computeIfAbsent(index, _ -> new Item());
  }

  private Entry call(JsonNode item) {
    return blocks.call(item.path("call_id").asString(""), item.path("name").asString(""));
  }
}
