package dev.sluice.wire.openai.chat;

import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.openai.BlockQueue;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// The pages that an answer rests on, each once, in whichever words a service tells them.
///
/// OpenAI and OpenRouter annotate the message; Perplexity lists addresses and results beside it, in
/// every chunk again. Few tell which part of the text it is, so all are told of its end.
final class Sources {

  /// What comes beyond it is not told.
  private static final int PAGES_MAX = 200;

  private final Map<String, String> titlesByUrl = new LinkedHashMap<>();
  private long heldChars;

  /// @param choice of the answer, streamed or whole
  void read(JsonNode answer, JsonNode choice) {
    annotations(choice.path("delta").path("annotations"));
    annotations(choice.path("message").path("annotations"));
    annotations(choice.path("annotations"));
    for (var page : answer.path("search_results")) {
      add(page);
    }
    for (var url : answer.path("citations")) {
      add(url.asString(""), "");
    }
  }

  private void annotations(JsonNode annotations) {
    for (var annotation : annotations) {
      if (annotation.path("type").asString("").equals("url_citation")) {
        var inside = annotation.path("url_citation");
        add(inside.isObject() ? inside : annotation);
      }
    }
  }

  private void add(JsonNode page) {
    add(page.path("url").asString(""), page.path("title").asString(""));
  }

  private void add(String url, String title) {
    var known = titlesByUrl.get(url);
    boolean more = known == null ? titlesByUrl.size() < PAGES_MAX : known.isEmpty();
    if (!url.isEmpty() && more && !title.equals(known)) {
      titlesByUrl.put(url, title);
      heldChars += (known == null ? url.length() : 0) + title.length();
    }
  }

  long heldChars() {
    return heldChars;
  }

  /// Tells them of the text that came last.
  void cite(BlockQueue blocks) {
    titlesByUrl.forEach((url, title) -> blocks.cite(new Citation.Web(url, title, "", null)));
    titlesByUrl.clear();
    heldChars = 0;
  }
}
