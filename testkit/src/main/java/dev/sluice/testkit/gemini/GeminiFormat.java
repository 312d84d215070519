package dev.sluice.testkit.gemini;

import dev.sluice.testkit.gemini.rules.GeminiRules;
import dev.sluice.testkit.http.HttpRequest;
import dev.sluice.testkit.script.WireFormat;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// The body of a Gemini call; its model and its manner are in the path: `…/models/NAME:METHOD`.
public record GeminiFormat() implements WireFormat {

  @Override
  public String model(HttpRequest request, JsonNode body) {
    var path = request.path();
    var end = path.lastIndexOf(':');
    return path.substring(path.lastIndexOf('/') + 1, end < 0 ? path.length() : end);
  }

  @Override
  public boolean streams(HttpRequest request, JsonNode body) {
    return request.path().endsWith(":streamGenerateContent");
  }

  /// Functions by their names, and what Google runs by its field, such as `googleSearch`.
  @Override
  public Stream<String> tools(JsonNode body) {
    return each(body.path("tools")).flatMap(GeminiFormat::names);
  }

  private static Stream<String> names(JsonNode tool) {
    var functions =
        each(tool.path("functionDeclarations"))
            .map(declaration -> declaration.path("name").asString(""));
    var others = tool.propertyStream().map(Map.Entry::getKey);
    return Stream.concat(functions, others.filter(name -> !name.equals("functionDeclarations")));
  }

  @Override
  public String userText(JsonNode body) {
    return each(body.path("contents"))
        .filter(content -> GeminiRules.role(content).equals("user"))
        .flatMap(content -> each(content.path("parts")))
        .map(GeminiFormat::text)
        .collect(Collectors.joining("\n"));
  }

  @Override
  public long toolResults(JsonNode body) {
    return each(body.path("contents"))
        .flatMap(content -> each(content.path("parts")))
        .filter(part -> part.has("functionResponse"))
        .count();
  }

  @Override
  public Optional<JsonNode> schema(JsonNode body) {
    var config = body.path("generationConfig");
    return Stream.of(config.path("responseJsonSchema"), config.path("responseSchema"))
        .filter(JsonNode::isObject)
        .findFirst();
  }

  private static String text(JsonNode part) {
    var response = part.path("functionResponse").path("response");
    return part.path("text").asString("") + (response.isObject() ? response.toString() : "");
  }

  private static Stream<JsonNode> each(JsonNode nodes) {
    return StreamSupport.stream(nodes.spliterator(), false);
  }
}
