package dev.sluice.extproc.translate;

import dev.sluice.core.policy.Model;
import dev.sluice.core.policy.Upstream;
import dev.sluice.extproc.translate.Languages.Spoken;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.gemini.GeminiTranslator;

/// The most that a request can cost where it goes, found without counting tokens.
public final class Bounds {

  private Bounds() {}

  /// By the request itself; but what Gemini searches is its own to decide, and so is what it reads.
  public static LooseBound of(MessagesRequest request, Upstream upstream, Model model) {
    var bound = LooseBound.of(request, model.contextTokensMax());
    if (bound.webSearches() == 0 || !isGemini(upstream, model)) {
      return bound;
    }
    long searches = GeminiTranslator.searchesMax(model.upstreamName());
    return new LooseBound(model.contextTokensMax(), bound.outputTokens(), searches, bound.cache());
  }

  private static boolean isGemini(Upstream upstream, Model model) {
    var service = upstream.service();
    return switch (service.language()) {
      case MESSAGES, CHAT, RESPONSES, BEDROCK -> false;
      case GEMINI, VERTEX -> Languages.of(service, model) instanceof Spoken.Foreign;
    };
  }
}
