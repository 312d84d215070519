package dev.sluice.wire.anthropic;

import dev.sluice.core.policy.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What policy and money need to know of a request's body.
///
/// @param bodyBytes the length of the whole body
/// @param model decoded; `modelSpan` is its value in the body, with the quotes
/// @param maxTokens null where the body has none, as for a count of tokens
/// @param tools how many the request lists, of whatever kind
/// @param surcharge the first field that changes the price, for example `speed: fast`; else null
/// @param inputs the texts of a request for embeddings; null for all others
/// @param fallbacks null where the body has none
public record MessagesRequest(
    long bodyBytes,
    String model,
    Span modelSpan,
    @Nullable MaxTokens maxTokens,
    boolean stream,
    Thinking thinking,
    Media media,
    long tools,
    ServerTools serverTools,
    @Nullable String surcharge,
    @Nullable Inputs inputs,
    @Nullable Fallbacks fallbacks) {

  /// The models that the body wants tried where the asked one fails.
  public sealed interface Fallbacks {

    /// Nobody has read them, and the body still has them.
    enum Unread implements Fallbacks {
      IT
    }

    /// They were read, and taken out of the body.
    record Taken(List<String> names) implements Fallbacks {
      public Taken {
        names = List.copyOf(names);
      }
    }
  }

  /// The same with other fallbacks.
  public MessagesRequest with(Fallbacks others) {
    return new MessagesRequest(
        bodyBytes,
        model,
        modelSpan,
        maxTokens,
        stream,
        thinking,
        media,
        tools,
        serverTools,
        surcharge,
        inputs,
        others);
  }

  /// What is to be embedded.
  ///
  /// @param count how many texts
  /// @param tokensMax the most tokens that they are
  public record Inputs(long count, long tokensMax) {}

  /// The most that the answer may have.
  ///
  /// @param span the number in the body
  public record MaxTokens(long tokens, Span span) {}

  /// How the model may think.
  ///
  /// @param asked whether the request asks for thinking at all
  /// @param budgetTokens 0 without a budget
  /// @param hidden the model thinks, or may think, and the answer does not show all of it
  public record Thinking(boolean asked, long budgetTokens, boolean hidden) {
    public static final Thinking NONE = new Thinking(false, 0, false);
  }

  /// What is not billed as text.
  ///
  /// @param encodedBytes the bytes of the body that carry images and PDFs in base64
  /// @param pdfBytes the part of `encodedBytes` that is PDFs
  /// @param unbounded something is fetched from elsewhere: a URL or a file
  public record Media(long images, long pdfs, long encodedBytes, long pdfBytes, boolean unbounded) {
    public static final Media NONE = new Media(0, 0, 0, 0, false);
  }

  /// Tools that the provider runs.
  ///
  /// @param webSearches the most searches that the request allows
  /// @param unbounded a tool whose reading has no bound
  public record ServerTools(long webSearches, boolean unbounded) {
    public static final ServerTools NONE = new ServerTools(0, false);

    /// Of a request that sets no limit itself: Anthropic's own ends far below it, and other
    /// providers are told it.
    public static final long SEARCHES_MAX = 100;
  }

  /// Which models it is for.
  public Model.Kind kind() {
    return inputs == null ? Model.Kind.TEXT : Model.Kind.EMBEDDING;
  }

  /// The output tokens asked for; 0 where the body does not say.
  public long outputTokens() {
    return maxTokens == null ? 0 : maxTokens.tokens();
  }
}
