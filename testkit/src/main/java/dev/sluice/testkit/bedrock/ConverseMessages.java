package dev.sluice.testkit.bedrock;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A valid Converse body as Claude itself would have it; the service hands it on like that, and so
/// what Claude would refuse is refused there too. Prompts of every model are counted by it.
final class ConverseMessages {

  private ConverseMessages() {}

  static ObjectNode of(String model, JsonNode body, long outputTokensMax) {
    var json = object().put("model", model);
    var inference = body.path("inferenceConfig");
    json.put("max_tokens", inference.path("maxTokens").asLong(outputTokensMax));
    copy(inference, "temperature", json, "temperature");
    copy(inference, "topP", json, "top_p");
    copy(inference, "stopSequences", json, "stop_sequences");
    if (body.has("system")) {
      content(body.path("system"), json.putArray("system"));
    }
    var messages = json.putArray("messages");
    for (var message : body.path("messages")) {
      var told = messages.addObject().put("role", message.path("role").asString());
      content(message.path("content"), told.putArray("content"));
    }
    if (body.has("toolConfig")) {
      tools(body.path("toolConfig"), json);
    }
    for (var field : body.path("additionalModelRequestFields").properties()) {
      json.set(field.getKey(), field.getValue());
    }
    return json;
  }

  private static void content(JsonNode blocks, ArrayNode told) {
    for (var block : blocks) {
      if (block.has("cachePoint")) {
        mark(told, block.path("cachePoint"));
      } else {
        told.add(block(block));
      }
    }
  }

  /// A cache point stands for a mark on what is before it.
  private static void mark(ArrayNode told, JsonNode point) {
    if (told.isEmpty()) {
      throw Member.refusal("cachePoint: nothing before it (expected: content to be cached)");
    }
    var mark = ((ObjectNode) told.get(told.size() - 1)).putObject("cache_control");
    mark.put("type", "ephemeral");
    copy(point, "ttl", mark, "ttl");
  }

  private static ObjectNode block(JsonNode block) {
    var kind = block.propertyNames().iterator().next();
    var content = block.path(kind);
    return switch (kind) {
      case "text" -> object("text").put("text", content.asString());
      case "json" -> object("text").put("text", content.toString());
      case "image" -> source("image", "image/", content);
      case "document" -> source("document", "application/", content);
      case "toolUse" -> toolUse(content);
      case "toolResult" -> toolResult(content);
      case "reasoningContent" -> thinking(content);
      // What guards and cites is text to the model.
      default -> object("text").put("text", content.toString());
    };
  }

  private static ObjectNode source(String type, String mediaType, JsonNode content) {
    var json = object(type);
    json.putObject("source")
        .put("type", "base64")
        .put("media_type", mediaType + content.path("format").asString())
        .put("data", content.path("source").path("bytes").asString(""));
    return json;
  }

  private static ObjectNode toolUse(JsonNode use) {
    var json = object("tool_use").put("id", use.path("toolUseId").asString());
    json.put("name", use.path("name").asString()).set("input", use.path("input"));
    return json;
  }

  private static ObjectNode toolResult(JsonNode result) {
    var json = object("tool_result").put("tool_use_id", result.path("toolUseId").asString());
    content(result.path("content"), json.putArray("content"));
    return result.path("status").asString("success").equals("error")
        ? json.put("is_error", true)
        : json;
  }

  private static ObjectNode thinking(JsonNode reasoning) {
    if (reasoning.has("redactedContent")) {
      return object("redacted_thinking").put("data", reasoning.path("redactedContent").asString());
    }
    var text = reasoning.path("reasoningText");
    var json = object("thinking").put("thinking", text.path("text").asString());
    copy(text, "signature", json, "signature");
    return json;
  }

  private static void tools(JsonNode config, ObjectNode json) {
    var tools = json.putArray("tools");
    for (var tool : config.path("tools")) {
      if (tool.has("cachePoint")) {
        mark(tools, tool.path("cachePoint"));
        continue;
      }
      var spec = tool.path("toolSpec");
      var told = tools.addObject().put("name", spec.path("name").asString());
      copy(spec, "description", told, "description");
      told.set("input_schema", spec.path("inputSchema").path("json"));
    }
    var choice = config.path("toolChoice");
    if (choice.isObject()) {
      var kind = choice.propertyNames().iterator().next();
      var told = json.putObject("tool_choice").put("type", kind);
      copy(choice.path(kind), "name", told, "name");
    }
  }

  private static void copy(JsonNode from, String name, ObjectNode to, String as) {
    if (from.has(name)) {
      to.set(as, from.path(name));
    }
  }

  private static ObjectNode object(String type) {
    return object().put("type", type);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
