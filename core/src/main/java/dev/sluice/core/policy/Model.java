package dev.sluice.core.policy;

import dev.sluice.core.price.Price;
import org.jspecify.annotations.Nullable;

/// A model that a provider serves.
///
/// @param name the canonical name that clients and globs use
/// @param upstreamName the name that the provider is sent
/// @param price null for a model without a price, which is refused (`unpricedModels: Refuse`)
/// @param contextTokensMax the model's context window
/// @param outputTokensMax the most output that a request may ask for; null where that is not known
/// @param requests what it takes; null where that is not known
/// @param kind which requests are for it
public record Model(
    String name,
    String upstreamName,
    String displayName,
    @Nullable Price price,
    long contextTokensMax,
    @Nullable Long outputTokensMax,
    @Nullable Requests requests,
    Kind kind) {

  /// What a model makes, and so what it can be asked for.
  public enum Kind {
    /// Answers to conversations.
    TEXT,
    /// Embeddings of texts; its tokens are all input.
    EMBEDDING
  }
}
