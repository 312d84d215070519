package dev.sluice.wire.gemini;

import dev.sluice.core.price.Tokens;
import tools.jackson.databind.JsonNode;

/// What Gemini says of an answer's tokens. Its prompt includes what came from the cache; thoughts
/// are beside the candidates; what tools of Google's own read is beside the prompt.
final class GeminiUsage {

  /// More than any answer has: what is beyond is no count.
  private static final long TOKENS_MAX = 1L << 40;

  private GeminiUsage() {}

  /// @param searches that are charged, of which the usage says nothing
  static Tokens tokens(JsonNode usage, long searches) {
    long prompt = count(usage, "promptTokenCount");
    long cached = Math.min(count(usage, "cachedContentTokenCount"), prompt);
    long input = prompt - cached + count(usage, "toolUsePromptTokenCount");
    long output = count(usage, "candidatesTokenCount") + count(usage, "thoughtsTokenCount");
    return new Tokens(input, output, cached, 0, 0, searches);
  }

  private static long count(JsonNode usage, String name) {
    return Math.clamp(usage.path(name).asLong(0), 0, TOKENS_MAX);
  }
}
