package dev.sluice.core.provider;

import org.jspecify.annotations.Nullable;

/// Whose embeddings Bedrock serves: each maker's models are asked in words of their own.
public enum EmbeddingFamily {
  TITAN("titan-embed"),
  COHERE("cohere.embed");

  /// What a model's name has.
  private final String word;

  EmbeddingFamily(String word) {
    this.word = word;
  }

  /// By either name of a model, since an ARN does not tell; null for a model of neither.
  public static @Nullable EmbeddingFamily of(String name, String upstreamName) {
    for (var family : values()) {
      if (name.contains(family.word) || upstreamName.contains(family.word)) {
        return family;
      }
    }
    return null;
  }
}
