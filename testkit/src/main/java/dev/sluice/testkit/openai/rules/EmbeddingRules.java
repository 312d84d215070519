package dev.sluice.testkit.openai.rules;

import dev.sluice.testkit.openai.config.OpenAiConfig;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// The body of a request for embeddings.
public final class EmbeddingRules {

  private static final int INPUTS_MAX = 2_048;

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
      input.someItems(INPUTS_MAX).forEach(Field::text);
    }
    body.optional("encoding_format").ifPresent(f -> f.oneOf(Set.of("float", "base64")));
    body.optional("dimensions").ifPresent(f -> f.integerFrom(1));
    body.optional("user").ifPresent(Field::text);
  }
}
