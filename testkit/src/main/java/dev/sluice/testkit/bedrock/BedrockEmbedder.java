package dev.sluice.testkit.bedrock;

import dev.sluice.testkit.answer.Vectors;
import dev.sluice.testkit.billing.ModelPrice;
import dev.sluice.testkit.billing.Tokenizer;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.http.Header;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The two makers of embeddings: Titan takes one text a call, and tells its tokens; Cohere takes
/// many, must be told what for, and leaves it to the service's header to tell the tokens.
final class BedrockEmbedder {

  private static final String TITAN = "amazon.titan-embed-text-v2";
  private static final String COHERE = "cohere.embed";
  private static final Set<Long> TITAN_DIMENSIONS = Set.of(256L, 512L, 1_024L);
  private static final Set<Long> COHERE_DIMENSIONS = Set.of(256L, 512L, 1_024L, 1_536L);
  private static final int TITAN_CHARACTERS_MAX = 50_000;
  private static final int COHERE_TEXTS_MAX = 96;

  private BedrockEmbedder() {}

  /// @param page to answer with
  record Embedded(ObjectNode page, Usage usage) {

    /// What the service says of every call that it billed.
    List<Header> headers() {
      return List.of(
          new Header("x-amzn-bedrock-input-token-count", Long.toString(usage.input())),
          new Header("x-amzn-bedrock-output-token-count", "0"),
          new Header("x-amzn-bedrock-invocation-latency", "12"));
    }
  }

  static boolean embeds(String model) {
    return model.startsWith(TITAN) || model.startsWith(COHERE);
  }

  static Embedded answer(String model, JsonNode json, ModelPrice price) {
    var body = new Member("", json);
    return model.startsWith(TITAN) ? titan(body, price) : cohere(body, price);
  }

  private static Embedded titan(Member body, ModelPrice price) {
    body.only(Set.of("inputText", "dimensions", "normalize", "embeddingTypes"));
    var text = body.required("inputText");
    text.ensure(!text.text().isEmpty(), "expected minLength: 1, actual: 0");
    text.ensure(text.text().length() <= TITAN_CHARACTERS_MAX, "expected maxLength: 50000");
    var dimensions = dimensions(body, "dimensions", TITAN_DIMENSIONS, 1_024);
    var tokens = tokens(text.text(), price);
    var page = JsonNodeFactory.instance.objectNode();
    fill(page.putArray("embedding"), text.text(), dimensions);
    fill(page.putObject("embeddingsByType").putArray("float"), text.text(), dimensions);
    page.put("inputTextTokenCount", tokens);
    return new Embedded(page, new Usage(tokens, 0, 0, 0, 0, 0));
  }

  private static Embedded cohere(Member body, ModelPrice price) {
    body.only(Set.of("texts", "input_type", "truncate", "embedding_types", "output_dimension"));
    body.required("input_type")
        .oneOf(Set.of("search_document", "search_query", "classification", "clustering"));
    body.optional("truncate").ifPresent(truncate -> truncate.oneOf(Set.of("NONE", "START", "END")));
    var texts = body.required("texts").items();
    body.at("texts")
        .ensure(
            !texts.isEmpty() && texts.size() <= COHERE_TEXTS_MAX,
            "Member must have length between 1 and " + COHERE_TEXTS_MAX);
    var dimensions = dimensions(body, "output_dimension", COHERE_DIMENSIONS, 1_536);
    var page = JsonNodeFactory.instance.objectNode().put("id", "embedding");
    var types = body.optional("embedding_types");
    types.ifPresent(asked -> asked.items().forEach(type -> type.oneOf(Set.of("float"))));
    var floats =
        types.isPresent()
            ? page.putObject("embeddings").putArray("float")
            : page.putArray("embeddings");
    var echo = page.putArray("texts");
    var tokens = 0L;
    for (var text : texts) {
      fill(floats.addArray(), text.text(), dimensions);
      echo.add(text.text());
      tokens += tokens(text.text(), price);
    }
    page.put("response_type", types.isPresent() ? "embeddings_by_type" : "embeddings_floats");
    return new Embedded(page, new Usage(tokens, 0, 0, 0, 0, 0));
  }

  private static int dimensions(Member body, String name, Set<Long> allowed, int otherwise) {
    var asked = body.optional(name);
    asked.ifPresent(
        one -> one.ensure(allowed.contains(one.integerFrom(1)), "not a dimension of this model"));
    return asked.map(one -> (int) one.integerFrom(1)).orElse(otherwise);
  }

  private static void fill(ArrayNode into, String text, int dimensions) {
    for (var number : Vectors.of(text, dimensions)) {
      into.add(number);
    }
  }

  private static long tokens(String text, ModelPrice price) {
    var tokens = Tokenizer.count(text);
    if (tokens > price.contextTokensMax()) {
      throw Member.refusal(
          "Too many input tokens. Max input tokens: %d, request input token count: %d"
              .formatted(price.contextTokensMax(), tokens));
    }
    return tokens;
  }
}
