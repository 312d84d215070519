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

  public Vectors {
    vectors = List.copyOf(vectors);
  }
}
