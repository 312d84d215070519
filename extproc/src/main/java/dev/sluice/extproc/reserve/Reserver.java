package dev.sluice.extproc.reserve;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.HoldNote;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.wire.anthropic.LooseBound;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// Holds the worst-case price of a request; where that does not fit, of a shorter answer to it.
public final class Reserver {

  /// What thinking must leave for the answer itself.
  private static final long OUTPUT_BESIDE_THINKING = 1_024;

  private static final Duration RETRY_PAUSE = Duration.ofMillis(50);
  private static final Executor AFTER_PAUSE =
      CompletableFuture.delayedExecutor(RETRY_PAUSE.toMillis(), TimeUnit.MILLISECONDS);

  /// A hold that stands.
  ///
  /// @param balances after the hold
  public record Reserved(Exchange.Hold hold, List<Balance> balances) {}

  private final Ledger ledger;
  private final LedgerHealth health;
  private final SpentBudgets spent;
  private final Meters meters;
  private final Duration lifetime;
  private final Duration waitMax;

  public Reserver(
      Ledger ledger,
      LedgerHealth health,
      SpentBudgets spent,
      Meters meters,
      Duration lifetime,
      Duration waitMax) {
    this.ledger = ledger;
    this.health = health;
    this.spent = spent;
    this.meters = meters;
    this.lifetime = lifetime;
    this.waitMax = waitMax;
  }

  /// What to ask the ledger for, and until when.
  private record Wanted(
      Exchange.Facts facts, Bounded bounded, Amounts ask, Amounts least, long giveUpAt) {}

  /// Takes the hold. Fails with [Refused] where none can be had.
  public CompletableFuture<Reserved> reserve(Exchange.Facts facts, Bounded bounded) {
    return CompletableFuture.completedFuture(wanted(facts, bounded))
        .thenCompose(wanted -> attempt(wanted, 1));
  }

  private Wanted wanted(Exchange.Facts facts, Bounded bounded) {
    var ask = amounts(facts, bounded.bound());
    var least = amounts(facts, bounded.bound().withOutput(outputMin(facts)));
    return new Wanted(facts, bounded, ask, least, System.nanoTime() + waitMax.toNanos());
  }

  /// What a bound claims of every limit.
  static Amounts amounts(Exchange.Facts facts, LooseBound bound) {
    var cost = bound.cost(facts.route().price()).min(NanoUsd.MAX);
    return new Amounts(cost, bound.tokens());
  }

  private CompletableFuture<Reserved> attempt(Wanted wanted, int tries) {
    var facts = wanted.facts();
    // A request can ask twice: with its loose bound, then with a tighter one.
    var name = facts.requestId() + wanted.bounded().suffix();
    // A try whose answer was lost may stand: the ledger releases it, and its id is used up.
    var id = tries == 1 ? name : name + "." + tries;
    var request =
        new HoldRequest(
            id,
            facts.route().limits(),
            wanted.ask(),
            wanted.least(),
            HoldNote.of(facts).text(),
            lifetime);
    long start = System.nanoTime();
    return ledger
        .reserve(request)
        .thenApply(
            reservation -> {
              meters.reserved(System.nanoTime() - start);
              health.answered();
              return granted(request, reservation, wanted);
            })
        .exceptionallyCompose(failure -> tryAgain(failure, wanted, tries));
  }

  private CompletableFuture<Reserved> tryAgain(Throwable failure, Wanted wanted, int tries) {
    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (!(cause instanceof LedgerUnavailableException)) {
      return CompletableFuture.failedFuture(failure);
    }
    var away = health.failed();
    if (System.nanoTime() - wanted.giveUpAt() >= 0) {
      return CompletableFuture.failedFuture(new Refused(new Refusal.LedgerUnavailable(away)));
    }
    return CompletableFuture.supplyAsync(() -> attempt(wanted, tries + 1), AFTER_PAUSE)
        .thenCompose(Function.identity());
  }

  /// The shortest answer that is worth asking for.
  static long outputMin(Exchange.Facts facts) {
    long thinking = facts.request().thinking().budgetTokens();
    return Math.max(
        facts.key().minOutputTokens(), thinking == 0 ? 0 : thinking + OUTPUT_BESIDE_THINKING);
  }

  private Reserved granted(HoldRequest request, Reservation reservation, Wanted wanted) {
    return switch (reservation) {
      case Reservation.Granted(var amounts, var balances) -> {
        var full = wanted.bounded().bound();
        var bound = request.ask().within(amounts) ? full : lowered(full, amounts, wanted.facts());
        var bounded = wanted.bounded();
        var hold =
            new Exchange.Hold(
                request.id(), amounts.usd(), bound, bounded.outline(), bounded.countedTokensMax());
        yield new Reserved(hold, balances);
      }
      case Reservation.Busy(var shortOf) -> throw new Refused(busy(shortOf));
      case Reservation.Exhausted(var shortOf) ->
          throw new Refused(exhausted(shortOf, request.least()));
    };
  }

  /// A request in flight gives back what it holds of money, tokens and concurrent requests; as a
  /// request it counts until the window resets.
  private static Refusal busy(Standing shortOf) {
    return switch (shortOf) {
      case Balance balance -> new Refusal.BudgetBusy(balance);
      case RateStanding rate ->
          rate.limit().measure() == Measure.REQUESTS
              ? new Refusal.RateLimited(rate)
              : new Refusal.RateBusy(rate);
    };
  }

  private Refusal exhausted(Standing shortOf, Amounts least) {
    return switch (shortOf) {
      case Balance balance -> {
        spent.add(balance);
        yield new Refusal.BudgetExhausted(balance);
      }
      case RateStanding rate ->
          rate.limit().measure() == Measure.TOKENS && least.tokens() > rate.limit().most()
              ? new Refusal.RateTooSmall(rate, least.tokens())
              : new Refusal.RateLimited(rate);
    };
  }

  private static LooseBound lowered(LooseBound bound, Amounts amounts, Exchange.Facts facts) {
    return bound
        .withOutput(bound.outputTokensFor(amounts.usd(), facts.route().price()))
        .withOutput(bound.outputTokensWithin(amounts.tokens()));
  }
}
