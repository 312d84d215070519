package dev.sluice.extproc.watch;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.Extension;
import dev.sluice.ledger.HoldExtension;
import dev.sluice.ledger.Ledger;
import dev.sluice.wire.anthropic.LooseBound;
import java.util.concurrent.CompletableFuture;

/// The hold of one answer, which grows slice by slice up to what the answer may have.
final class Slices {

  /// More calls of the ledger, or more money held for nothing: a minute of a fast model's output.
  static final long SLICE_TOKENS = 2_048;

  /// Less than this is not worth a call.
  static final long LEAST_TOKENS = 256;

  private final Ledger ledger;
  private final Exchange.Facts facts;
  private final LooseBound most;
  private Exchange.Hold hold;
  private int step = 1;

  Slices(Ledger ledger, Exchange.Facts facts, Exchange.Hold hold) {
    this.ledger = ledger;
    this.facts = facts;
    this.hold = hold;
    var bound = hold.bound();
    this.most =
        new LooseBound(
            bound.inputTokens(), hold.outputTokensMax(), bound.webSearches(), bound.cache());
  }

  /// The output that the hold pays for.
  long paidTokens() {
    return hold.bound().outputTokens();
  }

  boolean isComplete() {
    return !hold.isElastic();
  }

  /// Asks for a slice, which covers so many tokens at least. A call whose answer was lost is
  /// repeated as it was, so that it counts once.
  CompletableFuture<Extension> ask(long needed) {
    long least = Math.max(paidTokens() + LEAST_TOKENS, needed);
    long all = Math.max(paidTokens() + SLICE_TOKENS, needed);
    return ledger.extend(
        new HoldExtension(hold.id(), step, facts.route().limits(), upTo(all), upTo(least)));
  }

  private Amounts upTo(long tokens) {
    var bound = most.withOutput(tokens);
    var usd = bound.cost(facts.route().price()).minus(hold.amount()).max(NanoUsd.ZERO);
    return new Amounts(usd, Math.max(bound.outputTokens() - paidTokens(), 0));
  }

  Exchange.Hold grow(Amounts granted) {
    step++;
    long paid =
        Math.min(
            most.outputTokensFor(granted.usd(), facts.route().price()),
            most.outputTokensWithin(granted.tokens()));
    hold = hold.extended(granted.usd(), most.withOutput(paid));
    return hold;
  }

  /// The hold, with more output than it pays for.
  Exchange.Hold outrun(long tokens) {
    return hold.extended(hold.amount(), most.withOutput(tokens));
  }
}
