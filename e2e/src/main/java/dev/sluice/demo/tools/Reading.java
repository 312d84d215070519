package dev.sluice.demo.tools;

import dev.sluice.testkit.billing.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// What a model has in its context after its calls: what it wrote, and what it was told. The tokens
/// are those of the simulated provider.
record Reading(int calls, long bytes, long tokens) {

  static final Reading NOTHING = new Reading(0, 0, 0);

  Reading and(JsonNode arguments, JsonNode result) {
    long moreBytes = 0;
    long moreTokens = 0;
    for (var text : List.of(arguments.toString(), text(result))) {
      moreBytes += text.getBytes(StandardCharsets.UTF_8).length;
      moreTokens += Tokenizer.count(text);
    }
    return new Reading(calls + 1, bytes + moreBytes, tokens + moreTokens);
  }

  static String text(JsonNode result) {
    return String.join("\n", result.path("content").findValuesAsString("text"));
  }
}
