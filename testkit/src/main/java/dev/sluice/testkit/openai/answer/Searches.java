package dev.sluice.testkit.openai.answer;

import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.script.ApiCall;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The searches of one response: their items, and what later text rests on.
final class Searches {

  /// What one search brings is read as input, by each pass that follows.
  private static final int RESULT_TOKENS = 300;

  private static final int PAGES = 2;

  /// A page, as a text cites it.
  record Source(String url, String title) {

    /// What stands in the text.
    String mark() {
      return " ([example.com](%s))".formatted(url);
    }

    /// @param text that ends with the mark; characters are Unicode's
    ObjectNode annotation(String text) {
      var end = text.codePointCount(0, text.length());
      return JsonNodeFactory.instance
          .objectNode()
          .put("type", "url_citation")
          .put("start_index", end - mark().strip().length())
          .put("end_index", end)
          .put("title", title)
          .put("url", url);
    }
  }

  private final ApiCall call;
  private final ResponseEvents events;
  private final Usage input;
  private final boolean includesSources;
  private final List<Source> sources = new ArrayList<>();
  private int calls;
  private long found;

  /// @param input of the first pass over the prompt
  Searches(ApiCall call, ResponseEvents events, Usage input, boolean includesSources) {
    this.call = call;
    this.events = events;
    this.input = input;
    this.includesSources = includesSources;
  }

  /// Searches and pages that were opened: all are calls of the tool.
  int calls() {
    return calls;
  }

  /// Null before a search has found anything.
  @Nullable Source source() {
    return sources.isEmpty() ? null : sources.getFirst();
  }

  /// The end of the first sentence, before its full stop.
  static int sentence(String text) {
    var stop = text.indexOf(". ");
    var end = stop < 0 && text.endsWith(".") ? text.length() - 1 : stop;
    return end < 0 ? text.length() : end;
  }

  void found(String query) {
    var action = search(query);
    for (var page = 1; page <= PAGES; page++) {
      var url = "https://example.com/%d?utm_source=openai".formatted(sources.size() + 1);
      sources.add(new Source(url, "%s, part %d".formatted(query, page)));
      if (includesSources) {
        action.withArray("sources").addObject().put("type", "url").put("url", url);
      }
    }
    found += RESULT_TOKENS;
    add(action, "completed", new Usage(0, 0, 0, 0, 0, 1));
  }

  void failed(String query) {
    add(search(query), "failed", Usage.NONE);
  }

  void opened(String url) {
    add(object().put("type", "open_page").put("url", url), "completed", Usage.NONE);
  }

  private static ObjectNode search(String query) {
    var action = object().put("type", "search").put("query", query);
    action.putArray("queries").add(query);
    return action;
  }

  /// The model goes on after each call: with another pass over the prompt and all that was found,
  /// which is billed as the first one was.
  private void add(ObjectNode action, String status, Usage own) {
    calls++;
    var usage = own.plus(input).plus(new Usage(found, 0, 0, 0, 0, 0));
    var id = Ids.item("ws_", call.requestId(), events.items());
    var item = object().put("id", id).put("type", "web_search_call");
    events.itemAdded(item.put("status", "in_progress"));
    events.show(Usage.NONE, events.inItem("response.web_search_call.in_progress", id));
    events.show(Usage.NONE, events.inItem("response.web_search_call.searching", id));
    events.show(usage, events.inItem("response.web_search_call.completed", id));
    item.put("status", status);
    item.set("action", action);
    events.itemDone(item);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
