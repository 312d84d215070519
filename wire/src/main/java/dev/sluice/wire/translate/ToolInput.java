package dev.sluice.wire.translate;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The input of a tool as a model wrote it. Models write what is no JSON, and the session goes on.
public final class ToolInput {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /// What Anthropic's documentation calls the member that carries an input which is no JSON.
  private static final String INVALID = "INVALID_JSON";

  private ToolInput() {}

  /// @param written all of it
  public static ObjectNode read(String written) {
    if (written.isBlank() || written.strip().equals("null")) {
      return JSON.createObjectNode();
    }
    try {
      if (JSON.readTree(written) instanceof ObjectNode input) {
        return input;
      }
    } catch (JacksonException | NumberFormatException _) {
      // The model wrote no JSON, or a number beyond limits; it is told what it wrote.
    }
    return JSON.createObjectNode().put(INVALID, written);
  }
}
