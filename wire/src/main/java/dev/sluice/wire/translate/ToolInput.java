package dev.sluice.wire.translate;

import dev.sluice.wire.json.JsonBody;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The input of a tool as a model wrote it. Models write what is no JSON, and the session goes on.
public final class ToolInput {

  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxTokenCount(JsonBody.TOKENS_MAX).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  /// What Anthropic's documentation calls the member that carries an input which is no JSON.
  private static final String INVALID = "INVALID_JSON";

  private ToolInput() {}

  /// @param tokens of JSON that it is made of
  public record Measured(ObjectNode json, long tokens) {}

  /// @param written all of it
  public static ObjectNode read(String written) {
    return measured(written).json();
  }

  /// @param written all of it
  public static Measured measured(String written) {
    if (written.isBlank() || written.strip().equals("null")) {
      return new Measured(JSON.createObjectNode(), 0);
    }
    try (var parser = JSON.createParser(written)) {
      if (JSON.readTree(parser) instanceof ObjectNode input && parser.nextToken() == null) {
        return new Measured(input, parser.currentTokenCount());
      }
    } catch (JacksonException | NumberFormatException _) {
      // The model wrote no JSON, or what is beyond limits; it is told what it wrote.
    }
    return new Measured(JSON.createObjectNode().put(INVALID, written), 1);
  }
}
