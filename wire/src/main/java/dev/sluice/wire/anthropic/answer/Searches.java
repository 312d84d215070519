package dev.sluice.wire.anthropic.answer;

import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.conversation.Page;
import dev.sluice.wire.translate.AnswerEvent.FoundOpened;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads what a search found, and what a text rests on.
final class Searches {

  private Searches() {}

  static FoundOpened found(JsonNode block) {
    var content = block.path("content");
    var pages = new ArrayList<Page>();
    if (content.isArray()) {
      for (var page : content) {
        pages.add(
            new Page(
                page.path("url").asString(""),
                page.path("title").asString(""),
                textIfAny(page, "encrypted_content"),
                textIfAny(page, "page_age")));
      }
    }
    var failure = content.isObject() ? content.path("error_code").asString("unavailable") : null;
    return new FoundOpened(block.path("tool_use_id").asString(""), pages, failure);
  }

  static Citation citation(JsonNode citation) {
    return citation.path("type").asString("").equals("web_search_result_location")
        ? new Citation.Web(
            citation.path("url").asString(""),
            citation.path("title").asString(""),
            citation.path("cited_text").asString(""),
            textIfAny(citation, "encrypted_index"))
        : new Citation.Given(citation);
  }

  private static @Nullable String textIfAny(JsonNode holder, String member) {
    var text = holder.path(member);
    return text.isString() ? text.stringValue() : null;
  }
}
