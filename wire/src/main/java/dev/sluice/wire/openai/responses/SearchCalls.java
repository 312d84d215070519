package dev.sluice.wire.openai.responses;

import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.conversation.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads the searches of an answer and what its text rests on.
///
/// A model searches, opens a page, or looks for words in it. Only the first is billed, but all are
/// told as searches: what asked for a page is its address. So each thought keeps what follows it,
/// which OpenAI wants to see again.
final class SearchCalls {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String QUERY = "query";

  /// A citation, and where the text ends that it is told of.
  ///
  /// @param endCodePoints in characters of Unicode, as OpenAI counts
  record Cited(Citation.Web citation, int endCodePoints) {}

  private SearchCalls() {}

  static boolean isBilled(JsonNode item) {
    return item.path("action").path("type").asString("search").equals("search");
  }

  /// What was asked for, as Anthropic's search has it.
  static String input(JsonNode item) {
    return JSON.writeValueAsString(JSON.createObjectNode().put(QUERY, query(item.path("action"))));
  }

  private static String query(JsonNode action) {
    var query = action.path(QUERY).asString("");
    if (!query.isEmpty()) {
      return query;
    }
    var queries =
        action
            .path("queries")
            .valueStream()
            .map(one -> one.asString(""))
            .filter(one -> !one.isEmpty())
            .collect(Collectors.joining(", "));
    return queries.isEmpty() ? action.path("url").asString("") : queries;
  }

  /// Titles come with the citations only.
  static List<Page> pages(JsonNode item) {
    var action = item.path("action");
    var pages = new ArrayList<Page>();
    action.path("sources").forEach(source -> add(pages, source.path("url").asString("")));
    if (pages.isEmpty() && !isBilled(item)) {
      add(pages, action.path("url").asString(""));
    }
    return pages;
  }

  private static void add(List<Page> pages, String url) {
    if (!url.isEmpty()) {
      pages.add(new Page(url, "", null, null));
    }
  }

  static @Nullable String failure(JsonNode item) {
    return item.path("status").asString("").equals("failed") ? "unavailable" : null;
  }

  /// Null for one of a file, which is not asked for.
  static Citation.@Nullable Web citation(JsonNode annotation) {
    var url = annotation.path("url").asString("");
    return annotation.path("type").asString("").equals("url_citation") && !url.isEmpty()
        ? new Citation.Web(url, annotation.path("title").asString(""), "", null)
        : null;
  }

  /// Those of a part, in the order of its text.
  static List<Cited> citations(JsonNode part) {
    var cited = new ArrayList<Cited>();
    for (var annotation : part.path("annotations")) {
      var citation = citation(annotation);
      if (citation != null) {
        cited.add(new Cited(citation, annotation.path("end_index").asInt(Integer.MAX_VALUE)));
      }
    }
    cited.sort(Comparator.comparingInt(Cited::endCodePoints));
    return cited;
  }
}
