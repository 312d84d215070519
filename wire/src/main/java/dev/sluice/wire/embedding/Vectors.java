package dev.sluice.wire.embedding;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a provider answers: a vector for each text, in their order.
///
/// @param vectors arrays of numbers, as the provider wrote them
/// @param tokens that were read; null where the provider tells none
public record Vectors(List<JsonNode> vectors, @Nullable Long tokens) {

  public Vectors {
    vectors = List.copyOf(vectors);
  }
}
