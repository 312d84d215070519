package dev.sluice.wire.embedding;

import dev.sluice.wire.gemini.Door;
import dev.sluice.wire.translate.Outgoing;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Embeddings of Google's models at Vertex AI: `predict`, an instance for each text.
///
/// A text that is too long is to be an error, as it is with OpenAI: Vertex AI cuts it by itself.
public record VertexEmbeddings(Door.Vertex door) implements EmbeddingTranslator {

  @Override
  public Outgoing request(String model, EmbeddingRequest asked) {
    var root = JsonMapper.shared().createObjectNode();
    var instances = root.putArray("instances");
    asked.texts().forEach(text -> instances.addObject().put("content", text));
    var parameters = root.putObject("parameters").put("autoTruncate", false);
    if (asked.dimensions() != null) {
      parameters.put("outputDimensionality", asked.dimensions());
    }
    return Outgoing.json(
        door.method(model, "predict"),
        JsonMapper.shared().writeValueAsBytes(root),
        new Outgoing.Expected(false, Map.of()),
        asked.untold());
  }

  @Override
  public Vectors read(JsonNode answer) {
    var vectors = new ArrayList<JsonNode>();
    var usage = JsonMapper.shared().createObjectNode();
    var statistics = usage.putArray("statistics");
    Long tokens = 0L;
    for (var prediction : answer.path("predictions")) {
      var embeddings = prediction.path("embeddings");
      vectors.add(embeddings.path("values"));
      tokens = plus(tokens, Vectors.count(embeddings.path("statistics").path("token_count")));
      if (embeddings.path("statistics").isObject()) {
        statistics.add(embeddings.path("statistics"));
      }
    }
    if (answer.path("metadata").isObject()) {
      usage.set("metadata", answer.path("metadata"));
    }
    return new Vectors(vectors, tokens, statistics.isEmpty() ? null : usage);
  }

  /// Null once one of them is not told.
  private static @Nullable Long plus(@Nullable Long tokens, @Nullable Long more) {
    return tokens == null || more == null ? null : tokens + more;
  }
}
