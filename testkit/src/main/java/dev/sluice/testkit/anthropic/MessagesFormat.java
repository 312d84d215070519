package dev.sluice.testkit.anthropic;

import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.WireFormat;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// The body of a messages call.
public record MessagesFormat() implements WireFormat {

  @Override
  public String model(HttpRequest request, JsonNode body) {
    return body.path("model").asString("");
  }

  @Override
  public boolean streams(HttpRequest request, JsonNode body) {
    return body.path("stream").asBoolean(false);
  }

  @Override
  public Stream<String> tools(JsonNode body) {
    return each(body.path("tools")).map(tool -> tool.path("name").asString(""));
  }

  @Override
  public String userText(JsonNode body) {
    return each(body.path("messages"))
        .filter(message -> message.path("role").asString("").equals("user"))
        .map(message -> text(message.path("content")))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public long toolResults(JsonNode body) {
    return each(body.path("messages"))
        .flatMap(message -> each(message.path("content")))
        .filter(block -> block.path("type").asString("").equals("tool_result"))
        .count();
  }

  @Override
  public Optional<JsonNode> schema(JsonNode body) {
    return Optional.of(body.path("output_config").path("format").path("schema"))
        .filter(JsonNode::isObject);
  }

  private static String text(JsonNode content) {
    if (content.isString()) {
      return content.stringValue();
    }
    return each(content)
        .map(block -> block.path("text").asString("") + text(block.path("content")))
        .collect(Collectors.joining("\n"));
  }

  private static Stream<JsonNode> each(JsonNode nodes) {
    return StreamSupport.stream(nodes.spliterator(), false);
  }
}
