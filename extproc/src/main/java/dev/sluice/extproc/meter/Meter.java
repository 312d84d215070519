package dev.sluice.extproc.meter;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.price.Tokens;
import dev.sluice.core.usage.UsageRecord.Outcome;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.wire.anthropic.CutEstimator;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MessagesRequest.ServerTools;
import dev.sluice.wire.anthropic.UsageMerge;
import dev.sluice.wire.anthropic.VisibleBytes;
import java.time.Duration;

/// Finds what an exchange cost.
///
/// 1. An answer that did not begin costs nothing.
/// 2. One that told its final usage costs that, exactly.
/// 3. One that was cut costs the input that it told, and an estimate of the output from what was
///    visible of it; where thinking is out of sight, what could have been thought in that time.
/// 4. Where not even the input was told, or the provider's own tools could have read more, it costs
///    the most that it can have cost.
///
/// No estimate is more than the request's bound, which is what was held for it.
public final class Meter {

  private final CutEstimator estimator = new CutEstimator();

  public Measured measure(Exchange.Facts facts, LooseBound bound, Ending ending) {
    var readings = ending.readings();
    if (facts.endpoint() == Endpoint.COUNT_TOKENS || !ending.begun()) {
      return new Measured(Tokens.NONE, NanoUsd.ZERO, outcome(facts, ending), false);
    }
    var usage =
        new UsageMerge().start(readings.start()).delta(readings.delta()).whole(readings.usage());
    if (usage.finished()) {
      return exact(facts, usage.tokens(), ending);
    }
    return usage.started() && facts.request().serverTools().equals(ServerTools.NONE)
        ? estimated(facts, bound, usage.tokens(), ending)
        : most(facts, bound, ending);
  }

  private Measured exact(Exchange.Facts facts, Tokens tokens, Ending ending) {
    var visible = VisibleBytes.parse(ending.readings().visible());
    estimator.learn(facts.route().model().name(), visible, tokens.output());
    var cost = facts.route().price().cost(tokens);
    return new Measured(tokens, cost, outcome(facts, ending), false);
  }

  private Measured estimated(Exchange.Facts facts, LooseBound bound, Tokens told, Ending ending) {
    var visible = VisibleBytes.parse(ending.readings().visible());
    boolean hidden = facts.request().thinking().hidden() && visible.nothing();
    long output =
        hidden
            ? CutEstimator.hiddenTokens(Duration.ofMillis(ending.durationMs()))
            : estimator.outputTokens(facts.route().model().name(), visible);
    long atLeast = Math.max(output, told.output());
    var tokens = told.withOutput(Math.min(atLeast, Math.max(bound.outputTokens(), told.output())));
    var cost = facts.route().price().cost(tokens);
    return new Measured(tokens, cost, outcome(facts, ending), true);
  }

  /// A stream tells its input at once, so what was not told had little time; an answer in one piece
  /// is finished before it begins.
  private static Measured most(Exchange.Facts facts, LooseBound bound, Ending ending) {
    boolean hadLittleTime =
        facts.request().stream() && facts.request().serverTools().equals(ServerTools.NONE);
    var most =
        hadLittleTime
            ? bound.withOutput(CutEstimator.hiddenTokens(Duration.ofMillis(ending.durationMs())))
            : bound;
    var tokens = new Tokens(most.inputTokens(), most.outputTokens(), 0, 0, 0, most.webSearches());
    var cost = most.cost(facts.route().price());
    return new Measured(tokens, cost, outcome(facts, ending), true);
  }

  private static Outcome outcome(Exchange.Facts facts, Ending ending) {
    if (ending.begun()) {
      return begun(facts, ending);
    }
    if (ending.clientGone()) {
      return Outcome.CANCELLED;
    }
    return ending.byProvider() ? Outcome.UPSTREAM_ERROR : Outcome.UPSTREAM_UNAVAILABLE;
  }

  private static Outcome begun(Exchange.Facts facts, Ending ending) {
    var readings = ending.readings();
    boolean whole =
        readings.stopped() || readings.usage() != null || facts.endpoint() == Endpoint.COUNT_TOKENS;
    if (readings.error() == null && readings.stopped()) {
      return Outcome.COMPLETED;
    }
    if (ending.clientGone()) {
      return Outcome.CANCELLED;
    }
    return whole && readings.error() == null ? Outcome.COMPLETED : Outcome.BROKEN;
  }
}
