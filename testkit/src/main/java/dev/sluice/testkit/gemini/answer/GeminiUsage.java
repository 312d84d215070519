package dev.sluice.testkit.gemini.answer;

import dev.sluice.testkit.billing.Usage;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What an answer cost so far, as Gemini counts it: the prompt with what was cached of it, what was
/// said without what was thought, and what tools brought in.
record GeminiUsage(long prompt, long cached, long candidates, long thoughts, long toolUse) {

  static GeminiUsage ofPrompt(Usage input) {
    return new GeminiUsage(input.inputInAll(), input.cacheRead(), 0, 0, 0);
  }

  GeminiUsage said(long tokens) {
    return new GeminiUsage(prompt, cached, candidates + tokens, thoughts, toolUse);
  }

  GeminiUsage thought(long tokens) {
    return new GeminiUsage(prompt, cached, candidates, thoughts + tokens, toolUse);
  }

  GeminiUsage read(long tokens) {
    return new GeminiUsage(prompt, cached, candidates, thoughts, toolUse + tokens);
  }

  /// What is zero is not told.
  ObjectNode json() {
    var json = JsonNodeFactory.instance.objectNode().put("promptTokenCount", prompt);
    put(json, "candidatesTokenCount", candidates);
    json.put("totalTokenCount", prompt + candidates + thoughts + toolUse);
    put(json, "cachedContentTokenCount", cached);
    put(json, "thoughtsTokenCount", thoughts);
    put(json, "toolUsePromptTokenCount", toolUse);
    detail(json, "promptTokensDetails", prompt);
    if (toolUse > 0) {
      detail(json, "toolUsePromptTokensDetails", toolUse);
    }
    return json;
  }

  private static void detail(ObjectNode json, String name, long tokens) {
    json.putArray(name).addObject().put("modality", "TEXT").put("tokenCount", tokens);
  }

  private static void put(ObjectNode json, String name, long tokens) {
    if (tokens > 0) {
      json.put(name, tokens);
    }
  }
}
