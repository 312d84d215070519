package dev.sluice.wire.openai.chat;

import dev.sluice.core.price.Tokens;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Finds the usage that an answer reports, and counts it by class.
final class Usage {

  /// More than any answer has: what is beyond is no count.
  private static final long TOKENS_MAX = 1L << 40;

  private Usage() {}

  /// The usage in an answer or a chunk of one; null where it has none.
  static @Nullable JsonNode find(JsonNode answer) {
    var first = answer.path("choices").path(0);
    for (var place :
        new JsonNode[] {
          answer.path("usage"), answer.path("x_groq").path("usage"), first.path("usage")
        }) {
      if (place.isObject() && place.path("prompt_tokens").isIntegralNumber()) {
        return place;
      }
    }
    return null;
  }

  /// `prompt_tokens` includes what was read from a cache, and written to one.
  static Tokens tokens(JsonNode usage) {
    long prompt = count(usage.path("prompt_tokens"));
    var details = usage.path("prompt_tokens_details");
    long read =
        Math.max(
            count(details.path("cached_tokens")),
            // Of Moonshot, and of DeepSeek.
            Math.max(
                count(usage.path("cached_tokens")), count(usage.path("prompt_cache_hit_tokens"))));
    long cacheRead = Math.min(read, prompt);
    // Of OpenRouter.
    long cacheWrite = Math.min(count(details.path("cache_write_tokens")), prompt - cacheRead);
    return new Tokens(
        prompt - cacheRead - cacheWrite, output(usage, prompt), cacheRead, cacheWrite, 0, 0);
  }

  /// Some do not count thinking in `completion_tokens`, but all do in `total_tokens`.
  private static long output(JsonNode usage, long prompt) {
    long completion = count(usage.path("completion_tokens"));
    return Math.max(completion, count(usage.path("total_tokens")) - prompt);
  }

  private static long count(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong()
        ? Math.clamp(value.longValue(), 0, TOKENS_MAX)
        : 0;
  }
}
