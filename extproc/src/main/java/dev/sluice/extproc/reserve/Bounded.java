package dev.sluice.extproc.reserve;

import dev.sluice.extproc.count.Count;
import dev.sluice.wire.anthropic.BodyOutline;
import dev.sluice.wire.anthropic.LooseBound;
import org.jspecify.annotations.Nullable;

/// The most that a request can cost, and what it rests on.
///
/// @param outline of its body; null where only its size was looked at
/// @param countedTokensMax of its input, by the provider's count; null without one
public record Bounded(
    LooseBound bound, @Nullable BodyOutline outline, @Nullable Long countedTokensMax) {

  /// The tighter one of this bound and a count's.
  Bounded with(Count count) {
    return count instanceof Count.Counted(long tokensMax)
        ? new Bounded(bound.withInput(tokensMax), outline, tokensMax)
        : this;
  }

  /// Tells apart the holds that one request asks for, one after the other.
  String suffix() {
    return outline == null ? "" : countedTokensMax == null ? ".tight" : ".counted";
  }
}
