package dev.sluice.wire.openai.client.answer;

import static dev.sluice.wire.openai.client.answer.ClientEncoder.JSON;

import dev.sluice.wire.conversation.Citation;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// What the open text rests on, as annotations of it: each is of the whole block, from its first
/// character to its last. Characters are Unicode's, as OpenAI counts them. What the client gave
/// itself has no address, and no annotation.
final class Citations {

  private final List<Citation.Web> cited = new ArrayList<>();
  private long start;
  private long end;

  void open() {
    start = end;
    cited.clear();
  }

  void grow(String text) {
    end += text.codePointCount(0, text.length());
  }

  void add(Citation citation) {
    if (citation instanceof Citation.Web web) {
      cited.add(web);
    }
  }

  /// As a response has them.
  List<ObjectNode> flat() {
    return cited.stream()
        .map(web -> place(JSON.createObjectNode().put("type", "url_citation"), web))
        .toList();
  }

  /// As a chat has them.
  List<ObjectNode> wrapped() {
    var annotations = new ArrayList<ObjectNode>();
    for (var web : cited) {
      var annotation = JSON.createObjectNode().put("type", "url_citation");
      place(annotation.putObject("url_citation"), web);
      annotations.add(annotation);
    }
    return annotations;
  }

  private ObjectNode place(ObjectNode target, Citation.Web web) {
    return target
        .put("start_index", start)
        .put("end_index", end)
        .put("url", web.url())
        .put("title", web.title().isEmpty() ? web.url() : web.title());
  }
}
