package dev.sluice.wire.embedding;

import dev.sluice.wire.gemini.Door;
import dev.sluice.wire.translate.Outgoing;
import java.util.ArrayList;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Embeddings of the Gemini API: `batchEmbedContents`.
///
/// It tells its tokens in `usageMetadata`, but not always.
public record GeminiEmbeddings() implements EmbeddingTranslator {

  @Override
  public Outgoing request(String model, EmbeddingRequest asked) {
    var root = JsonMapper.shared().createObjectNode();
    var requests = root.putArray("requests");
    for (var text : asked.texts()) {
      var one = requests.addObject().put("model", "models/" + model);
      one.putObject("content").putArray("parts").addObject().put("text", text);
      if (asked.dimensions() != null) {
        one.put("outputDimensionality", asked.dimensions());
      }
    }
    return Outgoing.json(
        new Door.Developer().method(model, "batchEmbedContents"),
        JsonMapper.shared().writeValueAsBytes(root),
        new Outgoing.Expected(false, Map.of()),
        asked.untold());
  }

  @Override
  public Vectors read(JsonNode answer) {
    var vectors = new ArrayList<JsonNode>();
    answer.path("embeddings").forEach(one -> vectors.add(one.path("values")));
    var usage = answer.path("usageMetadata");
    return new Vectors(
        vectors, Vectors.count(usage.path("promptTokenCount")), usage.isObject() ? usage : null);
  }
}
