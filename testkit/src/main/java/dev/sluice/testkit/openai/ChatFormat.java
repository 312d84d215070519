package dev.sluice.testkit.openai;

import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.WireFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The body of a chat completion.
record ChatFormat() implements WireFormat {

  private static final Set<String> USER_SIDE = Set.of("user", "tool");

  @Override
  public String model(HttpRequest request, JsonNode body) {
    return Said.model(request, body);
  }

  @Override
  public boolean streams(HttpRequest request, JsonNode body) {
    return Said.streams(body);
  }

  @Override
  public Stream<String> tools(JsonNode body) {
    return Said.each(body.path("tools"))
        .map(tool -> tool.path("function").path("name").asString(""));
  }

  @Override
  public String userText(JsonNode body) {
    return Said.each(body.path("messages"))
        .filter(message -> USER_SIDE.contains(Said.role(message)))
        .map(message -> Said.text(message.path("content")))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public long toolResults(JsonNode body) {
    return Said.each(body.path("messages")).filter(m -> Said.role(m).equals("tool")).count();
  }

  @Override
  public Optional<JsonNode> schema(JsonNode body) {
    return Optional.of(body.path("response_format").path("json_schema").path("schema"))
        .filter(JsonNode::isObject);
  }
}
