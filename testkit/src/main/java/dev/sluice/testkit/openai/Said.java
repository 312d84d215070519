package dev.sluice.testkit.openai;

import dev.sluice.testkit.http.HttpRequest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;

/// What the bodies of chats and of responses have in common.
final class Said {

  private Said() {}

  static String model(HttpRequest request, JsonNode body) {
    return Route.deployment(request.path()).orElse(body.path("model").asString(""));
  }

  static boolean streams(JsonNode body) {
    return body.path("stream").asBoolean(false);
  }

  static String role(JsonNode message) {
    return message.path("role").asString("");
  }

  static String type(JsonNode item) {
    return item.path("type").asString("");
  }

  /// A string, or the texts of parts.
  static String text(JsonNode content) {
    return content.isString()
        ? content.stringValue()
        : each(content).map(p -> p.path("text").asString("")).collect(Collectors.joining("\n"));
  }

  static Stream<JsonNode> each(JsonNode nodes) {
    return StreamSupport.stream(nodes.spliterator(), false);
  }
}
