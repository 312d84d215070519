package dev.sluice.wire.embedding;

import dev.sluice.core.provider.EmbeddingFamily;
import dev.sluice.wire.translate.Outgoing;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Embeddings of models at Bedrock: InvokeModel, in the words of who made the model. Bedrock tells
/// the tokens in a header of its own, too.
public sealed interface BedrockEmbeddings extends EmbeddingTranslator {

  /// By either name of a model: an ARN does not tell.
  ///
  /// @throws dev.sluice.wire.translate.UntranslatableException for a model that is neither
  static BedrockEmbeddings of(String name, String upstreamName) {
    return switch (EmbeddingFamily.of(name, upstreamName)) {
      case TITAN -> new Titan();
      case COHERE -> new Cohere();
      case null ->
          throw EmbeddingRequest.refused(
              "model: %s (expected: at Bedrock a name with titan-embed or cohere.embed)"
                  .formatted(name));
    };
  }

  /// Titan Text Embeddings: one text a call.
  record Titan() implements BedrockEmbeddings {

    private static final String TOKENS = "inputTextTokenCount";

    @Override
    public Outgoing request(String model, EmbeddingRequest asked) {
      if (asked.texts().size() != 1) {
        throw EmbeddingRequest.refused(
            "input: %d texts (expected: one, since a call of Titan takes one)"
                .formatted(asked.texts().size()));
      }
      var root = JsonMapper.shared().createObjectNode().put("inputText", asked.texts().getFirst());
      if (asked.dimensions() != null) {
        root.put("dimensions", asked.dimensions());
      }
      return invoke(model, root, asked.untold());
    }

    @Override
    public Vectors read(JsonNode answer) {
      var tokens = answer.path(TOKENS);
      return new Vectors(
          List.of(answer.path("embedding")),
          Vectors.count(tokens),
          tokens.isNumber() ? JsonMapper.shared().createObjectNode().set(TOKENS, tokens) : null);
    }
  }

  /// Cohere Embed, which wants to know what the texts are for: to be found, if nothing else is
  /// said.
  record Cohere() implements BedrockEmbeddings {

    private static final String INPUT_TYPE = "input_type";

    @Override
    public Outgoing request(String model, EmbeddingRequest asked) {
      var root = JsonMapper.shared().createObjectNode();
      var texts = root.putArray("texts");
      asked.texts().forEach(texts::add);
      var said = asked.inputType();
      root.put(INPUT_TYPE, said == null ? "search_document" : said);
      root.putArray("embedding_types").add("float");
      if (asked.dimensions() != null) {
        root.put("output_dimension", asked.dimensions());
      }
      var untold = asked.untold().stream().filter(name -> !name.equals(INPUT_TYPE)).toList();
      return invoke(model, root, untold);
    }

    @Override
    public Vectors read(JsonNode answer) {
      var vectors = answer.path("embeddings");
      var floats = vectors.isObject() ? vectors.path("float") : vectors;
      return new Vectors(floats.valueStream().toList(), null, null);
    }
  }

  private static Outgoing invoke(String model, ObjectNode body, List<String> untold) {
    // An id is one segment: AWS wants the colons and slashes of an ARN encoded.
    var id =
        URLEncoder.encode(model, StandardCharsets.UTF_8)
            .replace("+", "%20")
            .replace("*", "%2A")
            .replace("%7E", "~");
    return Outgoing.json(
        "/model/" + id + "/invoke",
        JsonMapper.shared().writeValueAsBytes(body),
        new Outgoing.Expected(false, Map.of()),
        untold);
  }
}
