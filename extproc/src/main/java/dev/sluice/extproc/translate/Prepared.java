package dev.sluice.extproc.translate;

import dev.sluice.wire.translate.Outgoing;

/// A request in its provider's words, before its hold is known.
public sealed interface Prepared permits Retold, Reframed, Embedded {

  /// As it goes out, with an answer of so many tokens at most.
  Outgoing within(long outputTokens);

  /// The way back of the answer to it.
  Translation answer(Outgoing sent);
}
