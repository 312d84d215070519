package dev.sluice.wire.gemini;

import dev.sluice.wire.conversation.Citation;
import dev.sluice.wire.conversation.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What Google searched and found for an answer, and which of its words rest on that: told in one
/// place or over several chunks, each with more of it or with all of it again.
final class Grounding {

  /// Each of queries, finds and supports; no answer has as many.
  private static final int PARTS_MAX = 1_000;

  /// Of a support.
  private static final int INDICES_MAX = 64;

  /// Of an answer in all.
  private static final int CITATIONS_MAX = 1_000;

  /// A part of the text, and what it rests on.
  record Passage(String text, List<Citation.Web> citations) {
    Passage {
      citations = List.copyOf(citations);
    }
  }

  /// @param start in bytes of the text, as is `end`
  /// @param said what stands there; empty where that is not told
  /// @param finds by their places in the list of all
  private record Support(int start, int end, String said, List<Integer> finds) {}

  /// Places in characters.
  private record Place(int start, int end, Support support) {}

  private final Set<String> queries = new LinkedHashSet<>();
  private final Set<Support> supports = new LinkedHashSet<>();
  private List<Page> finds = new ArrayList<>();

  void read(JsonNode metadata) {
    for (var query : metadata.path("webSearchQueries")) {
      if (!query.asString("").isBlank() && queries.size() < PARTS_MAX) {
        queries.add(query.asString());
      }
    }
    readFinds(metadata.path("groundingChunks"));
    for (var support : metadata.path("groundingSupports")) {
      if (supports.size() < PARTS_MAX) {
        supports.add(support(support));
      }
    }
  }

  private void readFinds(JsonNode chunks) {
    var told = new ArrayList<Page>();
    for (var chunk : chunks) {
      if (told.size() < PARTS_MAX) {
        var web = chunk.path("web"); // Not all are of the web, and all are counted.
        told.add(
            new Page(web.path("uri").asString(""), web.path("title").asString(""), null, null));
      }
    }
    if (begins(told, finds)) {
      finds = told;
    } else if (!begins(finds, told) && finds.size() + told.size() <= PARTS_MAX) {
      finds.addAll(told);
    }
  }

  private static boolean begins(List<Page> all, List<Page> some) {
    return all.size() >= some.size() && all.subList(0, some.size()).equals(some);
  }

  private static Support support(JsonNode support) {
    var segment = support.path("segment");
    var indices = new LinkedHashSet<Integer>();
    for (var index : support.path("groundingChunkIndices")) {
      if (indices.size() < INDICES_MAX) {
        indices.add(index.asInt(-1));
      }
    }
    return new Support(
        segment.path("startIndex").asInt(0),
        segment.path("endIndex").asInt(-1),
        segment.path("text").asString(""),
        List.copyOf(indices));
  }

  /// Whether the web was searched at all.
  boolean searched() {
    return !queries.isEmpty() || !pages().isEmpty();
  }

  /// What was searched for: each query once. One search is without words where Google tells its
  /// finds only.
  List<String> queries() {
    return queries.isEmpty() && searched() ? List.of("") : List.copyOf(queries);
  }

  /// What was found. Google does not tell which query found it.
  List<Page> pages() {
    return finds.stream().filter(page -> !page.url().isEmpty()).distinct().toList();
  }

  /// The searches that Google charges: each query once, and before the third generation the prompt.
  ///
  /// @param model that answered
  long charged(String model) {
    int searches = queries().size();
    return Generation.of(model) == Generation.LEVELS ? searches : Math.min(searches, 1);
  }

  /// All that the answer rests on, for a text whose places cannot be told any more.
  List<Citation.Web> citations() {
    var citations = new LinkedHashSet<Citation.Web>();
    supports.forEach(support -> cite(support, citations));
    return citations.stream().limit(CITATIONS_MAX).toList();
  }

  private void cite(Support support, Set<Citation.Web> citations) {
    for (var index : support.finds()) {
      if (index >= 0 && index < finds.size() && !finds.get(index).url().isEmpty()) {
        var page = finds.get(index);
        citations.add(new Citation.Web(page.url(), page.title(), "", null));
      }
    }
  }

  /// The text in passages, so that each has what it rests on. None is blank but of a blank text:
  /// the gap between two sentences goes with the first. What stands elsewhere than it says is of
  /// the last passage.
  ///
  /// @param text all that was said
  List<Passage> passages(String text) {
    var words = new ArrayList<String>();
    var citations = new ArrayList<Set<Citation.Web>>();
    var placeless = new LinkedHashSet<>(supports);
    int at = 0;
    for (var place : places(text)) {
      int start = Math.max(place.start(), at);
      if (place.end() > start && !text.substring(start, place.end()).isBlank()) {
        start = gap(text.substring(at, start), words, citations) ? start : at;
        words.add(text.substring(start, place.end()));
        citations.add(new LinkedHashSet<>());
        at = place.end();
      }
      if (!citations.isEmpty()) {
        cite(place.support(), citations.getLast());
        placeless.remove(place.support());
      }
    }
    if (!gap(text.substring(at), words, citations)) {
      words.add(text);
      citations.add(new LinkedHashSet<>());
    }
    placeless.forEach(support -> cite(support, citations.getLast()));
    return joined(words, citations);
  }

  /// What stands between two passages; false where it must go with the next one.
  private static boolean gap(String gap, List<String> words, List<Set<Citation.Web>> citations) {
    if (!gap.isBlank()) {
      words.add(gap);
      citations.add(new LinkedHashSet<>());
    } else if (!words.isEmpty()) {
      words.add(words.removeLast() + gap);
    }
    return !words.isEmpty();
  }

  private List<Passage> joined(List<String> words, List<Set<Citation.Web>> citations) {
    var passages = new ArrayList<Passage>();
    int left = CITATIONS_MAX;
    for (int i = 0; i < words.size(); i++) {
      var cited = citations.get(i).stream().limit(left).toList();
      left -= cited.size();
      passages.add(new Passage(words.get(i), cited));
    }
    return passages;
  }

  /// In their order, without what stands elsewhere than it says.
  private List<Place> places(String text) {
    var at = characters(text);
    var places = new ArrayList<Place>();
    for (var support : supports) {
      int start = at.getOrDefault(support.start(), -1);
      int end = at.getOrDefault(support.end(), -1);
      if (start >= 0 && end > start && says(text, start, end, support)) {
        places.add(new Place(start, end, support));
      }
    }
    places.sort(Comparator.comparingInt(Place::start).thenComparingInt(Place::end));
    return places;
  }

  private static boolean says(String text, int start, int end, Support support) {
    int length = support.said().length();
    return length == 0 || (length == end - start && text.startsWith(support.said(), start));
  }

  /// The characters at the bytes where supports begin and end, where one begins there.
  private Map<Integer, Integer> characters(String text) {
    var at = new HashMap<Integer, Integer>();
    for (var support : supports) {
      at.put(support.start(), -1);
      at.put(support.end(), -1);
    }
    int bytes = 0;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      at.replace(bytes, i);
      bytes += bytes(text.codePointAt(i));
    }
    at.replace(bytes, text.length());
    return at;
  }

  private static int bytes(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    return codePoint < 0x800 ? 2 : codePoint < 0x10000 ? 3 : 4;
  }
}
