package dev.sluice.testkit.gemini;

import dev.sluice.testkit.anthropic.billing.Prompt;
import dev.sluice.testkit.billing.Usage;
import dev.sluice.testkit.gemini.rules.GeminiRules;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The prompt of a Gemini call, told as blocks so that it is counted and cached as every prompt is.
/// Nobody marks what is to be cached: the service tries all of it, and charges no writing.
public final class GeminiPrompt {

  private GeminiPrompt() {}

  public static Prompt of(String scope, String model, JsonNode body) {
    var json = JsonNodeFactory.instance.objectNode().put("model", model);
    if (body.has("tools")) {
      body.path("tools")
          .forEach(tool -> tool.path("functionDeclarations").forEach(json.withArray("tools")::add));
    }
    if (body.has("systemInstruction")) {
      parts(body.path("systemInstruction"), json.putArray("system"));
    }
    var messages = json.putArray("messages");
    for (var content : body.path("contents")) {
      var told = messages.addObject().put("role", GeminiRules.role(content));
      parts(content, told.putArray("content"));
    }
    return Prompt.of(scope, marked(json));
  }

  /// How the input is billed.
  public static Usage billed(Usage taken) {
    return new Usage(taken.input() + taken.cacheWrites(), 0, taken.cacheRead(), 0, 0, 0);
  }

  private static ObjectNode marked(ObjectNode json) {
    var messages = json.path("messages");
    var content = messages.path(messages.size() - 1).path("content");
    if (!content.isEmpty()) {
      ((ObjectNode) content.path(content.size() - 1))
          .putObject("cache_control")
          .put("type", "ephemeral");
    }
    return json;
  }

  private static void parts(JsonNode content, ArrayNode told) {
    for (var part : content.path("parts")) {
      if (part.has("text")) {
        told.addObject().put("type", "text").set("text", part.path("text"));
      } else if (part.has("inlineData") || part.has("fileData")) {
        told.addObject().put("type", "image").put("source", part.hashCode());
      } else if (part.has("functionCall")) {
        var call = part.path("functionCall");
        var use = told.addObject().put("type", "tool_use");
        use.set("name", call.path("name"));
        use.set("input", call.path("args"));
      } else {
        told.addObject().put("type", "tool_result").put("content", part.toString());
      }
    }
  }
}
