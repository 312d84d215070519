package dev.sluice.operator.world;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An object of the four kinds, as it is now.
///
/// @param manifest what a person wrote of it, as JSON
/// @param status what was told of it last
public record Seen(
    ObjectId id,
    String uid,
    long generation,
    Map<String, String> annotations,
    String manifest,
    @Nullable JsonNode status) {

  public Seen {
    annotations = Map.copyOf(annotations);
  }
}
