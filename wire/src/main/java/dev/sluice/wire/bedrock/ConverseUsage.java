package dev.sluice.wire.bedrock;

import dev.sluice.core.price.Tokens;
import tools.jackson.databind.JsonNode;

/// What Converse says of an answer's tokens. Its input is without what the cache gave or took.
final class ConverseUsage {

  /// More than any answer has: what is beyond is no count.
  private static final long TOKENS_MAX = 1L << 40;

  private ConverseUsage() {}

  static Tokens tokens(JsonNode usage) {
    long written = count(usage, "cacheWriteInputTokens");
    long forAnHour = 0;
    for (var detail : usage.path("cacheDetails")) {
      if (detail.path("ttl").asString("").equals("1h")) {
        forAnHour += count(detail, "inputTokens");
      }
    }
    long lasting = Math.min(forAnHour, written);
    return new Tokens(
        count(usage, "inputTokens"),
        count(usage, "outputTokens"),
        count(usage, "cacheReadInputTokens"),
        written - lasting,
        lasting,
        0);
  }

  private static long count(JsonNode json, String name) {
    return Math.clamp(json.path(name).asLong(0), 0, TOKENS_MAX);
  }
}
