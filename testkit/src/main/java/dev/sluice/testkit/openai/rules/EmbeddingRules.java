package dev.sluice.testkit.openai.rules;

import dev.sluice.testkit.openai.config.OpenAiConfig;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The body of a request for embeddings.
public final class EmbeddingRules {

  private static final int INPUTS_MAX = 2_048;
  private static final int TOKENS_MAX = 8_192;

  private EmbeddingRules() {}

  /// Refuses what `POST /v1/embeddings` refuses.
  public static void check(JsonNode json, String model, OpenAiConfig config) {
    var body = new Field("", json);
    body.only(Set.of("model", "input", "encoding_format", "dimensions", "user"));
    if (model.isEmpty()) {
      body.required("model");
    }
    Model.of(model, config);
    var input = body.required("input");
    if (!input.value().isString()) {
      checkItems(input);
    }
    body.optional("encoding_format").ifPresent(f -> f.oneOf(Set.of("float", "base64")));
    body.optional("dimensions").ifPresent(f -> f.integerFrom(1));
    body.optional("user").ifPresent(Field::text);
  }

  /// Texts, the tokens of one text, or those of several.
  private static void checkItems(Field input) {
    if (input.value().path(0).isNumber()) {
      input.someItems(TOKENS_MAX).forEach(token -> token.integerFrom(0));
      return;
    }
    for (var item : input.someItems(INPUTS_MAX)) {
      if (item.value().isArray()) {
        item.someItems(TOKENS_MAX).forEach(token -> token.integerFrom(0));
      } else {
        item.text();
      }
    }
  }
}
