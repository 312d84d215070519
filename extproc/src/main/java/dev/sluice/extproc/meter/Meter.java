package dev.sluice.extproc.meter;

import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.policy.Model;
import dev.sluice.core.price.Tokens;
import dev.sluice.extproc.count.Densities;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.Seen;
import dev.sluice.wire.anthropic.LooseBound;
import dev.sluice.wire.anthropic.MessagesRequest;
import dev.sluice.wire.anthropic.UsageMerge;
import dev.sluice.wire.anthropic.Visible;
import dev.sluice.wire.anthropic.estimate.CutEstimator;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Finds what an exchange cost.
///
/// 1. An answer that did not begin costs nothing; unless the request had been sent whole, and the
///    client left, the gateway gave up waiting, or the connection broke: it may be read, and
///    billed.
/// 2. An answer that told its final usage costs that, exactly.
/// 3. One that was cut costs the input that it told, and an estimate of the output from what was
///    visible of it; where thinking is out of sight, what could have been thought in that time.
/// 4. Where not even the input was told, or the provider's own tools could have read more, it costs
///    the most that it can have cost.
///
/// No estimate is more than the request's bound, which is what was held for it.
public final class Meter {

  /// A token has no more pieces; where fewer tokens were told, they were not the final number.
  private static final long TOKEN_PIECES_MAX = 8;

  /// What is held is taken to be denser than text is: the frame around it is not.
  private static final long HELD_PIECE_BYTES = 2;

  /// Of what was lost, with its frame, where too little was read to tell.
  private static final long LOST_PIECE_BYTES = 16;

  /// What is lost can be denser than what was read.
  private static final double DENSER = 1.5;

  /// No more than this part of an answer's bytes are the frames of HTTP.
  private static final long FRAME_PARTS = 16;

  private final CutEstimator estimator;
  private final Densities densities;

  public Meter(CutEstimator estimator, Densities densities) {
    this.estimator = estimator;
    this.densities = densities;
  }

  /// @param writtenTokens of output at least, should the answer have been cut
  /// @param seen of an answer that was put into other words
  public Measured measure(
      Exchange.Facts facts, LooseBound bound, long writtenTokens, Seen seen, Ending ending) {
    var outcome = Outcomes.of(facts.endpoint(), ending);
    if (facts.endpoint() == Endpoint.COUNT_TOKENS || !billed(ending)) {
      return new Measured(Tokens.NONE, NanoUsd.ZERO, outcome, false, null);
    }
    var usage = usage(ending);
    if (usage.finished()) {
      learn(facts, ending, usage.tokens());
      var cost = facts.route().price().cost(usage.tokens());
      return new Measured(usage.tokens(), cost, outcome, false, usage.told());
    }
    long written = Math.max(writtenTokens, written(facts, bound, seen, ending));
    if (usage.started() && boundByBody(facts.request())) {
      var least = usage.tokens().withOutput(Math.max(usage.tokens().output(), written));
      var tokens = estimate(facts, bound, least, ending);
      var cost = facts.route().price().cost(tokens);
      return new Measured(tokens, cost, outcome, true, usage.told());
    }
    var most = most(facts, bound, written, ending);
    var tokens = new Tokens(most.inputTokens(), most.outputTokens(), 0, 0, 0, most.webSearches());
    return new Measured(tokens, most.cost(facts.route().price()), outcome, true, usage.told());
  }

  /// What an answer used for sure, whatever was asked: nothing, where the provider refused or did
  /// not have the whole request; else its final usage. Null where it can only be estimated.
  public static @Nullable Tokens certain(Ending ending) {
    if (!billed(ending)) {
      boolean known = ending.byProvider() || ending.refused() || !ending.sent();
      return known ? Tokens.NONE : null;
    }
    var usage = usage(ending);
    return usage.finished() ? usage.tokens() : null;
  }

  /// Of an answer whose tokens are certain.
  public static Measured certain(Tokens tokens, NanoUsd cost, Ending ending) {
    var told = billed(ending) ? usage(ending).told() : null;
    return new Measured(tokens, cost, Outcomes.of(Endpoint.MESSAGES, ending), false, told);
  }

  private static UsageMerge usage(Ending ending) {
    var readings = ending.readings();
    var usage =
        new UsageMerge().start(readings.start()).delta(readings.delta()).whole(readings.usage());
    if (readings.stopped() && plausible(usage.tokens(), Visible.parse(readings.visible()))) {
      usage.stopped();
    }
    return usage;
  }

  private static boolean billed(Ending ending) {
    boolean leftBefore = ending.status() == 0 && ending.clientGone() && ending.sent();
    return ending.begun()
        || ending.brokeOff()
        || leftBefore
        || ending.timedOut()
        || ending.brokeBefore();
  }

  private static boolean plausible(Tokens told, Visible visible) {
    return told.output() * TOKEN_PIECES_MAX >= visible.content();
  }

  /// Nothing but the body is read: no tools of the provider's.
  private static boolean boundByBody(MessagesRequest request) {
    return request.serverTools().equals(MessagesRequest.ServerTools.NONE);
  }

  /// Nothing but text is read.
  private static boolean onlyText(MessagesRequest request) {
    return boundByBody(request) && request.media().equals(MessagesRequest.Media.NONE);
  }

  private void learn(Exchange.Facts facts, Ending ending, Tokens told) {
    var model = facts.route().model().name();
    var visible = Visible.parse(ending.readings().visible());
    estimator.learnOutput(model, visible, written(ending), told.output());
    densities.learn(facts, told.inputInAll());
    if (onlyText(facts.request())) {
      estimator.learnInput(model, facts.request().bodyBytes(), told.inputInAll());
    }
  }

  private Tokens estimate(Exchange.Facts facts, LooseBound bound, Tokens told, Ending ending) {
    var visible = Visible.parse(ending.readings().visible());
    var taken = Duration.ofMillis(ending.durationMs());
    var cut = new CutEstimator.Cut(visible, written(ending), taken, ending.bodyBytes());
    boolean outOfSight = facts.request().thinking().hidden() && visible.equals(Visible.NONE);
    var model = facts.route().model().name();
    long output =
        outOfSight ? estimator.hiddenTokens(model, taken) : estimator.outputTokens(model, cut);
    long most = Math.max(bound.outputTokens(), told.output());
    return told.withOutput(Math.min(Math.max(output, told.output()), most));
  }

  /// What was written of an answer that was put into other words, by what was read here and by what
  /// came and was not read: a provider that breaks off takes it along.
  private long written(Exchange.Facts facts, LooseBound bound, Seen seen, Ending ending) {
    if (seen.equals(Seen.NOTHING)) {
      return 0;
    }
    long lost = Math.max(ending.cameBytes() - seen.bytes(), 0);
    boolean muchLost = lost * FRAME_PARTS > seen.bytes();
    if (seen.endless() || (muchLost && seen.hides())) {
      return bound.outputTokens();
    }
    var model = facts.route().model().name();
    var told = seen.visible();
    double density = DENSER * told.content() / Math.max(seen.bytes(), 1);
    double least = muchLost ? Math.max(density, 1.0 / LOST_PIECE_BYTES) : density;
    long pieces = Math.ceilDiv(seen.heldBytes(), HELD_PIECE_BYTES) + (long) Math.ceil(least * lost);
    var visible =
        new Visible(
            told.text() + pieces,
            told.thinking(),
            told.signature(),
            told.largest(),
            told.open(),
            told.bytes());
    var taken = Duration.ofMillis(ending.durationMs());
    var cut = new CutEstimator.Cut(visible, written(ending), taken, told.bytes());
    long hidden =
        seen.hides() ? estimator.hiddenTokens(model, Duration.ofMillis(seen.silentMs())) : 0;
    return estimator.outputTokens(model, cut) + hidden;
  }

  private static Duration written(Ending ending) {
    var first = ending.firstByteMs();
    return Duration.ofMillis(first == null ? 0 : Math.max(ending.durationMs() - first, 0));
  }

  /// What was not told had little time, unless an answer in one piece had begun: it is finished
  /// before it begins.
  private LooseBound most(Exchange.Facts facts, LooseBound bound, long written, Ending ending) {
    var request = facts.request();
    if (!boundByBody(request)) {
      return bound;
    }
    var model = facts.route().model().name();
    var taken = Duration.ofMillis(ending.durationMs());
    var most =
        request.stream() || !(ending.begun() || ending.brokeOff())
            ? bound.withOutput(Math.max(estimator.hiddenTokens(model, taken), written))
            : bound;
    return onlyText(request) && request.kind() == Model.Kind.TEXT
        ? most.withInput(estimator.inputTokens(model, request.bodyBytes()))
        : most;
  }
}
