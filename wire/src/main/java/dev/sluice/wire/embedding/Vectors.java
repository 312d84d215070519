package dev.sluice.wire.embedding;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a provider answers: a vector for each text, in their order.
///
/// @param vectors arrays of numbers, as the provider wrote them
/// @param tokens that were read; null where the provider tells none
/// @param usage what it tells of them, in its own words; null for nothing
public record Vectors(List<JsonNode> vectors, @Nullable Long tokens, @Nullable JsonNode usage) {

  /// More than any model reads: what is beyond is no count.
  private static final long TOKENS_MAX = 1L << 40;

  public Vectors {
    vectors = List.copyOf(vectors);
    tokens = tokens == null || tokens > TOKENS_MAX ? null : tokens;
  }

  /// Tokens, rounded up: a value of Google's is a number of any form. Null for what is no count.
  static @Nullable Long count(JsonNode tokens) {
    if (!tokens.isNumber()) {
      return null;
    }
    double about = tokens.asDouble(-1);
    return about >= 0 && about <= TOKENS_MAX ? (long) Math.ceil(about) : null;
  }
}
