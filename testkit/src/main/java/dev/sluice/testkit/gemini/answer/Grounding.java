package dev.sluice.testkit.gemini.answer;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What an answer found on the web, and which of its words rest on that.
///
/// Places are bytes of all the text that was said; zeros are not told, as in every message of
/// Google's. What is found has an address of Google's own that leads on, and its site as title.
final class Grounding {

  private static final Pattern PER_PROMPT = Pattern.compile("gemini-[12]\\..*");
  private static final Pattern SENTENCE = Pattern.compile("\\S[^.!?]*[.!?]*");
  private static final String REDIRECT =
      "https://vertexaisearch.cloud.google.com/grounding-api-redirect/";

  private final String model;
  private final Set<String> billed = new HashSet<>();
  private final ArrayNode queries = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode chunks = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode supports = JsonNodeFactory.instance.arrayNode();
  private final ArrayNode pages = JsonNodeFactory.instance.arrayNode();
  private int bytes;

  Grounding(String model) {
    this.model = model;
  }

  /// What is charged for a search: from the third generation on each query once, before the prompt
  /// that searches at all.
  long search(String query) {
    queries.add(query);
    for (var site : new String[] {"example.com", "example.org"}) {
      found(REDIRECT + "AUZIYQ" + chunks.size() + Integer.toHexString(query.hashCode()), site);
    }
    boolean again =
        PER_PROMPT.matcher(model).matches() ? !billed.isEmpty() : billed.contains(query);
    boolean charged = !query.isEmpty() && !again;
    billed.add(query);
    return charged ? 1 : 0;
  }

  /// A page that the user named; true if it could be read.
  boolean read(String url) {
    boolean there = !url.contains(".invalid");
    pages
        .addObject()
        .put("retrievedUrl", url)
        .put("urlRetrievalStatus", "URL_RETRIEVAL_STATUS_" + (there ? "SUCCESS" : "ERROR"));
    if (there) {
      found(url, url);
    }
    return there;
  }

  private void found(String uri, String title) {
    chunks.addObject().putObject("web").put("uri", uri).put("title", title);
  }

  /// Each sentence rests on one of the finds, and the last one on all of them.
  void said(String text) {
    var sentences = SENTENCE.matcher(text).results().toList();
    for (var i = 0; i < sentences.size() && !chunks.isEmpty(); i++) {
      var sentence = sentences.get(i);
      int start = bytes + bytes(text.substring(0, sentence.start()));
      var support = supports.addObject();
      var segment = support.putObject("segment");
      if (start > 0) {
        segment.put("startIndex", start);
      }
      segment.put("endIndex", start + bytes(sentence.group())).put("text", sentence.group());
      var indices = support.putArray("groundingChunkIndices");
      if (i < sentences.size() - 1) {
        indices.add(i % chunks.size());
      } else {
        for (var j = 0; j < chunks.size(); j++) {
          indices.add(j);
        }
      }
    }
    bytes += bytes(text);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  boolean isEmpty() {
    return chunks.isEmpty() && pages.isEmpty();
  }

  /// What was asked and found.
  void tellFinds(ObjectNode candidate) {
    if (!pages.isEmpty()) {
      candidate.putObject("urlContextMetadata").set("urlMetadata", pages);
    }
    if (chunks.isEmpty()) {
      return;
    }
    var metadata = candidate.withObject("groundingMetadata");
    if (!queries.isEmpty()) {
      metadata
          .putObject("searchEntryPoint")
          .put("renderedContent", "<style>.chip {}</style><div class=\"chip\">Google</div>");
      metadata.set("webSearchQueries", queries);
    }
    metadata.set("groundingChunks", chunks);
  }

  /// Where it stands in the answer.
  void tellSupports(ObjectNode candidate) {
    if (!supports.isEmpty()) {
      candidate.withObject("groundingMetadata").set("groundingSupports", supports);
    }
  }
}
