package dev.sluice.testkit.billing;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A prompt as its tokens in their order, for a cache that goes by beginnings and not by marks.
///
/// @param scope what never shares a cached beginning with another scope
public record PrefixPrompt(String scope, List<String> tokens) {

  public PrefixPrompt {
    tokens = Collections.unmodifiableList(new ArrayList<>(tokens));
  }

  public long count() {
    return tokens.size();
  }

  /// Collects a prompt, piece by piece.
  public static final class Builder {

    private final String scope;
    private final List<String> tokens = new ArrayList<>();

    public Builder(String scope) {
      this.scope = scope;
    }

    public Builder text(String text) {
      tokens.addAll(Tokenizer.split(text));
      return this;
    }

    /// A piece that is no text and has a fixed size, such as an image.
    public Builder opaque(String content, int count) {
      tokens.add(content);
      tokens.addAll(Collections.nCopies(count - 1, ""));
      return this;
    }

    public PrefixPrompt build() {
      return new PrefixPrompt(scope, tokens);
    }
  }
}
