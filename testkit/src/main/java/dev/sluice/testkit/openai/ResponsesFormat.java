package dev.sluice.testkit.openai;

import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.WireFormat;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// The body of a response's creation.
record ResponsesFormat() implements WireFormat {

  @Override
  public String model(HttpRequest request, JsonNode body) {
    return Said.model(request, body);
  }

  @Override
  public boolean streams(HttpRequest request, JsonNode body) {
    return Said.streams(body);
  }

  /// A built-in tool has only a type.
  @Override
  public Stream<String> tools(JsonNode body) {
    return Said.each(body.path("tools")).map(tool -> tool.path("name").asString(Said.type(tool)));
  }

  @Override
  public String userText(JsonNode body) {
    if (body.path("input").isString()) {
      return body.path("input").stringValue();
    }
    return Said.each(body.path("input"))
        .filter(item -> Said.role(item).equals("user") || isResult(item))
        .map(item -> Said.text(item.path(isResult(item) ? "output" : "content")))
        .collect(Collectors.joining("\n"));
  }

  @Override
  public long toolResults(JsonNode body) {
    return Said.each(body.path("input")).filter(ResponsesFormat::isResult).count();
  }

  @Override
  public Optional<JsonNode> schema(JsonNode body) {
    return Optional.of(body.path("text").path("format").path("schema")).filter(JsonNode::isObject);
  }

  private static boolean isResult(JsonNode item) {
    return Said.type(item).equals("function_call_output");
  }
}
