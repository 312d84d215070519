package dev.sluice.extproc.reserve;

import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.count.Count;
import dev.sluice.extproc.count.InputCounter;
import dev.sluice.extproc.decode.Body;
import dev.sluice.extproc.decode.Dialect;
import dev.sluice.extproc.decode.Endpoint;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.reply.Refused;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Takes the hold of a request whose body is at hand: from the loosest bound that fits to the exact
/// one, so that only money that is really spent refuses for good.
///
/// 1. By its bytes, where money is not tight.
/// 2. By what its session was billed before.
/// 3. By the provider's own count: after a refusal, or at once where nothing is known of a large
///    body.
public final class TightReserver {

  private final Bounder bounder;
  private final Reserver reserver;
  private final PatientReserver patient;
  private final InputCounter counter;

  public TightReserver(Bounder bounder, Reserver reserver, InputCounter counter) {
    this.bounder = bounder;
    this.reserver = reserver;
    this.patient = new PatientReserver(reserver);
    this.counter = counter;
  }

  /// Takes the hold. Fails with [Refused] where none can be had.
  public CompletableFuture<Reserver.Reserved> reserve(
      Exchange.Facts facts, Dialect dialect, Body body) {
    if (facts.endpoint() == Endpoint.EMBEDDINGS) {
      return patient.reserve(facts, Bounder.loosely(facts)); // Nothing is left to be bounded.
    }
    if (facts.watchable() && !bounder.canGrow(facts)) {
      return reserve(facts.unwatched(), dialect, body);
    }
    if (bounder.isTight(facts)) {
      return tightly(facts, dialect, body);
    }
    return reserver
        .reserveWhole(facts, Bounder.loosely(facts))
        .exceptionallyCompose(
            failure -> Bounder.mayFit(failure) ? tightly(facts, dialect, body) : failed(failure));
  }

  private CompletableFuture<Reserver.Reserved> tightly(
      Exchange.Facts facts, Dialect dialect, Body body) {
    var tight = bounder.tightly(facts, body);
    if (bounder.isWorthCounting(facts, tight)) {
      return counted(facts, tight, dialect, body);
    }
    return patient
        .reserve(facts, tight)
        .exceptionallyCompose(
            failure ->
                mayFitCounted(facts, tight, failure) != null
                    ? counted(facts, tight, dialect, body)
                    : failed(failure));
  }

  private CompletableFuture<Reserver.Reserved> counted(
      Exchange.Facts facts, Bounded tight, Dialect dialect, Body body) {
    return count(facts, tight, dialect, body)
        .thenCompose(
            count ->
                patient
                    .reserve(facts, tight.with(count))
                    .exceptionallyCompose(
                        failure -> failed(verdict(facts, tight, count, failure))));
  }

  private CompletableFuture<Count> count(
      Exchange.Facts facts, Bounded tight, Dialect dialect, Body body) {
    var outline = tight.outline();
    boolean counts = facts.route().upstream().service().speaksMessages();
    return counts && outline != null && outline.isCountable()
        ? counter.count(facts, dialect, body)
        : CompletableFuture.completedFuture(new Count.Never());
  }

  /// Without its count a request must not be refused for good.
  private static Throwable verdict(
      Exchange.Facts facts, Bounded tight, Count count, Throwable failure) {
    return count instanceof Count.Lost
            && mayFitCounted(facts, tight, failure) instanceof Standing standing
        ? new Refused(new Refusal.CountLost(standing))
        : failure;
  }

  /// The limit that refuses for good though what is not spent of it covers the request, if only its
  /// input is small enough; null where no count helps.
  private static @Nullable Standing mayFitCounted(
      Exchange.Facts facts, Bounded tight, Throwable failure) {
    var refused = Refused.in(failure);
    if (refused == null) {
      return null;
    }
    var least = Reserver.amounts(facts, Bounder.withoutInput(facts, tight));
    return switch (refused.refusal()) {
      case Refusal.BudgetExhausted(var balance, _) ->
          balance.unspent().compareTo(least.usd()) >= 0 ? balance : null;
      case Refusal.RateLimited(var rate) -> coversTokens(rate, least.tokens()) ? rate : null;
      case Refusal.RateTooSmall(var rate, _) -> coversTokens(rate, least.tokens()) ? rate : null;
      default -> null;
    };
  }

  private static boolean coversTokens(RateStanding rate, long tokens) {
    return rate.limit().measure() == Measure.TOKENS && rate.unused() >= tokens;
  }

  private static CompletableFuture<Reserver.Reserved> failed(Throwable failure) {
    return CompletableFuture.failedFuture(failure);
  }
}
