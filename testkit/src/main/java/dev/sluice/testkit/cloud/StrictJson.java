package dev.sluice.testkit.cloud;

import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Reads bodies that hold one JSON document, no name twice in it, and nothing behind it.
public final class StrictJson {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private StrictJson() {}

  /// @param refusal of a problem, in the service's words
  public static JsonNode read(byte[] body, Function<String, CloudRefusedException> refusal) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw refusal.apply(String.valueOf(e.getOriginalMessage()));
    }
  }
}
