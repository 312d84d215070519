package dev.sluice.extproc.translate;

import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Upstream;
import dev.sluice.extproc.translate.Languages.Spoken;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.gemini.GeminiTranslator;

/// The most that a request can cost where it goes, found without counting tokens.
public final class Bounds {

  /// More than any money covers; so many windows are still a number.
  private static final long PASSES_MAX = 1_000_000;

  private Bounds() {}

  /// By the request itself, but for searches elsewhere than at Anthropic.
  public static LooseBound of(MessagesRequest request, Upstream upstream, Model model) {
    var bound = LooseBound.of(request, model.contextTokensMax());
    if (bound.webSearches() == 0) {
      return bound;
    }
    var service = upstream.service();
    return switch (service.language()) {
      case MESSAGES, CHAT, BEDROCK -> bound;
      case RESPONSES -> readAgain(bound);
      case GEMINI, VERTEX ->
          Languages.of(service, model) instanceof Spoken.Foreign ? atWill(bound, model) : bound;
    };
  }

  /// OpenAI reads the whole prompt again after each search, and bills each reading.
  private static LooseBound readAgain(LooseBound bound) {
    long passes = Math.min(bound.webSearches(), PASSES_MAX - 1) + 1;
    return new LooseBound(
        passes * bound.inputTokens(), bound.outputTokens(), bound.webSearches(), bound.cache());
  }

  /// What Gemini searches is its own to decide, and so is what it reads.
  private static LooseBound atWill(LooseBound bound, Model model) {
    long searches = GeminiTranslator.searchesMax(model.upstreamName());
    return new LooseBound(model.contextTokensMax(), bound.outputTokens(), searches, bound.cache());
  }
}
