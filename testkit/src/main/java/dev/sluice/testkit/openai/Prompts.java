package dev.sluice.testkit.openai;

import dev.sluice.testkit.billing.PrefixPrompt;
import dev.sluice.testkit.billing.Tokenizer;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A body as the prompt that the model reads: the schema of its answer, the tools, and what was
/// said, each in the order of its bytes.
final class Prompts {

  private static final int FRAME_TOKENS = 3;
  private static final int IMAGE_TOKENS = 765;
  private static final int SMALL_IMAGE_TOKENS = 85;
  private static final Duration IDLE_MAX = Duration.ofMinutes(5);
  private static final Duration LONG_IDLE_MAX = Duration.ofHours(24);

  private Prompts() {}

  static PrefixPrompt ofChat(String model, JsonNode body) {
    var prompt = begin(model, body, body.path("response_format"));
    for (var message : body.path("messages")) {
      var frame = Said.role(message) + "\n" + message.path("tool_call_id").asString("");
      prompt.opaque(frame, FRAME_TOKENS);
      addContent(prompt, message.path("content"));
      for (var name : List.of("reasoning_content", "reasoning", "refusal")) {
        prompt.text(message.path(name).asString(""));
      }
      for (var call : message.path("tool_calls")) {
        prompt.text(call.toString());
      }
    }
    return prompt.opaque("assistant", FRAME_TOKENS).build();
  }

  static PrefixPrompt ofResponse(String model, JsonNode body) {
    var prompt = begin(model, body, body.path("text").path("format"));
    prompt.text(body.path("instructions").asString(""));
    if (body.path("input").isString()) {
      prompt.opaque("user", FRAME_TOKENS).text(body.path("input").stringValue());
    }
    for (var item : body.path("input")) {
      addItem(prompt, item);
    }
    return prompt.opaque("assistant", FRAME_TOKENS).build();
  }

  private static void addItem(PrefixPrompt.Builder prompt, JsonNode item) {
    switch (Said.type(item)) {
      case "function_call_output" -> {
        prompt.opaque("tool\n" + item.path("call_id").asString(""), FRAME_TOKENS);
        addContent(prompt, item.path("output"));
      }
      case "function_call", "web_search_call", "reasoning" -> prompt.text(item.toString());
      // a message, with its type or without
      default -> {
        prompt.opaque(Said.role(item), FRAME_TOKENS);
        addContent(prompt, item.path("content"));
      }
    }
  }

  /// The tokens of what is to be embedded; a text that comes as tokens has as many as it has.
  static long countInputs(JsonNode input) {
    if (input.isString()) {
      return Tokenizer.count(input.stringValue());
    }
    var tokens = 0L;
    for (var one : input) {
      tokens += one.isNumber() ? 1 : countInputs(one);
    }
    return tokens;
  }

  /// How long a beginning is remembered that nobody uses.
  static Duration lifetime(JsonNode body) {
    var asked = body.path("prompt_cache_retention").asString("");
    return asked.equals("24h") ? LONG_IDLE_MAX : IDLE_MAX;
  }

  private static PrefixPrompt.Builder begin(String model, JsonNode body, JsonNode format) {
    var key = body.path("prompt_cache_key").asString("");
    var prompt = new PrefixPrompt.Builder(model + "\n" + key);
    if (format.isObject()) {
      prompt.text(format.toString());
    }
    for (var tool : body.path("tools")) {
      prompt.text(tool.toString());
    }
    return prompt;
  }

  private static void addContent(PrefixPrompt.Builder prompt, JsonNode content) {
    if (content.isString()) {
      prompt.text(content.stringValue());
    }
    for (var part : content) {
      switch (Said.type(part)) {
        case "text", "input_text", "output_text" -> prompt.text(part.path("text").asString(""));
        case "image_url", "input_image" -> {
          var detail =
              part.path("image_url").path("detail").asString(part.path("detail").asString(""));
          var small = detail.equals("low");
          prompt.opaque(part.toString(), small ? SMALL_IMAGE_TOKENS : IMAGE_TOKENS);
        }
        default -> prompt.text(part.toString());
      }
    }
  }
}
