package dev.sluice.testkit.openai.answer;

import dev.sluice.testkit.billing.Usage;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The `usage` members: what was read from the cache is part of what was read, and what was thought
/// is part of what was written.
final class UsageJson {

  private UsageJson() {}

  static ObjectNode ofChat(Usage usage, long reasoningTokens) {
    var read = usage.inputInAll();
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("prompt_tokens", read)
            .put("completion_tokens", usage.output())
            .put("total_tokens", read + usage.output());
    json.putObject("prompt_tokens_details")
        .put("cached_tokens", usage.cacheRead())
        .put("audio_tokens", 0);
    json.putObject("completion_tokens_details")
        .put("reasoning_tokens", reasoningTokens)
        .put("audio_tokens", 0)
        .put("accepted_prediction_tokens", 0)
        .put("rejected_prediction_tokens", 0);
    return json;
  }

  static ObjectNode ofResponse(Usage usage, long reasoningTokens) {
    var read = usage.inputInAll();
    var json = JsonNodeFactory.instance.objectNode().put("input_tokens", read);
    json.putObject("input_tokens_details").put("cached_tokens", usage.cacheRead());
    json.put("output_tokens", usage.output());
    json.putObject("output_tokens_details").put("reasoning_tokens", reasoningTokens);
    return json.put("total_tokens", read + usage.output());
  }
}
