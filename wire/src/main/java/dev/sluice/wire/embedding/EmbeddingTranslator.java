package dev.sluice.wire.embedding;

import dev.sluice.wire.translate.Outgoing;
import dev.sluice.wire.translate.UntranslatableException;
import tools.jackson.databind.JsonNode;

/// How one kind of models is asked for embeddings, and answers. Holds no state.
public interface EmbeddingTranslator {

  /// A request in the provider's words.
  ///
  /// @throws UntranslatableException for what the language cannot say
  Outgoing request(String model, EmbeddingRequest asked);

  /// Reads an answer that is no error. What it lacks is missing in the result.
  Vectors read(JsonNode answer);
}
