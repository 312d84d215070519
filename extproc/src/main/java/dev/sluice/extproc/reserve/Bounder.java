package dev.sluice.extproc.reserve;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.meter.Measured;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.wire.anthropic.BodyOutline;
import dev.sluice.wire.anthropic.LooseBound;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Bounds what a request can cost: loosely by its size, and, where money is tight, by what its
/// session has in common with an answered request.
public final class Bounder {

  private static final int SESSIONS_MAX = 4_096;
  private static final long MEMORY_BYTES_MAX = 16L << 20;

  /// Less is bounded well enough by its bytes: an answer of the same size costs more.
  private static final long UNCOUNTED_TOKENS_MAX = 16_384;

  private static final Logger LOG = LoggerFactory.getLogger(Bounder.class);

  private final Meters meters;
  private final TightBudgets budgets = new TightBudgets();
  private final FilledBudgets filled;
  private final Outruns outruns;
  private final SessionMemory memory = new SessionMemory(SESSIONS_MAX, MEMORY_BYTES_MAX);

  public Bounder(Meters meters, InstantSource clock) {
    this.meters = meters;
    this.filled = new FilledBudgets(clock);
    this.outruns = new Outruns(clock);
  }

  /// Whether so much of one of them is posted, as far as is known here.
  ///
  /// @param percent of its ceiling
  public boolean isPosted(List<Budget> some, long percent) {
    return filled.isPosted(some, percent);
  }

  /// Whether money is tight for this request, so that its body is worth a look.
  public boolean isTight(Exchange.Facts facts) {
    return budgets.tight(facts);
  }

  /// Whether a hold can be trusted to grow ahead of the answer.
  boolean canGrow(Exchange.Facts facts) {
    return facts.watchable() && !outruns.contains(facts.route().upstream().name());
  }

  public static Bounded loosely(Exchange.Facts facts) {
    return new Bounded(facts.bound(), null, null);
  }

  /// The tightest bound that is known.
  public Bounded tightly(Exchange.Facts facts, Body body) {
    var outline = BodyOutline.of(facts.request(), body.bytes(), body.offset(), body.length());
    var bound = facts.bound().withCache(outline.cache());
    for (var earlier : memory.of(SessionMemory.Session.of(facts))) {
      bound = bound.withInput(outline.inputTokensMax(earlier.outline(), earlier.inputTokens()));
    }
    return new Bounded(bound, outline, null);
  }

  /// Whether to have the provider count before a hold is asked for: nothing is known of a large
  /// body but its bytes, and all that they could cost does not seem to fit.
  boolean isWorthCounting(Exchange.Facts facts, Bounded tight) {
    var bound = tight.bound();
    return bound.inputTokens() > UNCOUNTED_TOKENS_MAX
        && bound.inputTokens() >= facts.bound().inputTokens()
        && !budgets.cover(facts, bound)
        && budgets.cover(facts, withoutInput(facts, tight));
  }

  /// The shortest answer, to no question: where this does not fit, no count helps.
  static LooseBound withoutInput(Exchange.Facts facts, Bounded bounded) {
    return bounded.bound().withInput(0).withOutput(Reserver.outputMin(facts));
  }

  /// Whether a request that was refused could fit with a tighter bound, or a moment later.
  public static boolean mayFit(Throwable failure) {
    var refused = Refused.in(failure);
    return refused != null
        && switch (refused.refusal()) {
          case Refusal.BudgetBusy _, Refusal.RateBusy _, Refusal.RateTooSmall _ -> true;
          case Refusal.BudgetExhausted(var balance, _) -> balance.unspent().nanos() > 0;
          case Refusal.RateLimited(var rate) ->
              rate.limit().measure() == Measure.TOKENS && rate.remaining() > 0;
          default -> false;
        };
  }

  /// The ledger told what is left.
  public void note(List<Balance> balances) {
    budgets.note(balances);
    filled.note(balances);
  }

  /// An exchange ended, and this was posted.
  public void posted(Exchange.Facts facts, NanoUsd added) {
    filled.add(facts.route().budgets(), added);
  }

  /// An exchange ended; what it tells of the next ones is remembered: what the provider read, and
  /// whether it wrote more than was paid for.
  public void learn(Exchange.Facts facts, Exchange.Hold hold, Measured measured) {
    if (facts.watchable() && measured.cost().moreThan(hold.amount())) {
      outruns.add(facts.route().upstream().name());
    }
    var outline = hold.outline();
    long billed = measured.tokens().inputInAll();
    if (outline != null && !measured.estimated() && billed > 0) {
      var counted = hold.countedTokensMax();
      if (counted != null && billed > counted) {
        meters.countExceeded();
        LOG.warn(
            "request {}: {} input tokens were billed (expected by the count: at most {})",
            facts.requestId(),
            billed,
            counted);
      }
      memory.add(SessionMemory.Session.of(facts), new SessionMemory.Answered(outline, billed));
    }
  }
}
