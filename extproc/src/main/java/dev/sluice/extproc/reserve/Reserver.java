package dev.sluice.extproc.reserve;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Measure;
import dev.sluice.core.budget.RateStanding;
import dev.sluice.core.budget.Standing;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.core.refusal.RefusedModel;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.HoldNote;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.ledger.Amounts;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.ledger.away.LedgerHealth;
import dev.sluice.wire.anthropic.LooseBound;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// Holds the worst-case price of a request. Where that does not fit:
///
/// 1. of the start of the answer, if the rest can be watched, and paid for ahead of it;
/// 2. else of a shorter answer.
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
  private final AtomicLong attempts = new AtomicLong();

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
  ///
  /// @param first of this request, so that the plain name is free
  private record Wanted(
      String name,
      boolean first,
      Exchange.Facts facts,
      Bounded bounded,
      Amounts ask,
      Amounts least,
      long giveUpAt) {

    /// Whether more is to be held while the answer passes.
    boolean isSlice() {
      return ask.equals(least) && !ask.equals(amounts(facts, bounded.bound()));
    }
  }

  /// Takes the hold. Fails with [Refused] where none can be had.
  public CompletableFuture<Reserved> reserve(Exchange.Facts facts, Bounded bounded) {
    var all = amounts(facts, bounded.bound());
    var least = amounts(facts, bounded.bound().withOutput(outputMin(facts)));
    if (!facts.watchable()) {
      return attempt(facts, bounded, "", all, least);
    }
    return reserveWhole(facts, bounded)
        .exceptionallyCompose(
            failure ->
                !Bounder.mayFit(failure)
                    ? CompletableFuture.failedFuture(failure)
                    : isShortOfMoney(failure)
                        ? attempt(facts, bounded, ".slice", least, least)
                        : attempt(facts, bounded, ".part", all, least));
  }

  private static boolean isShortOfMoney(Throwable failure) {
    var refused = Refused.in(failure);
    return refused != null
        && (refused.refusal() instanceof Refusal.BudgetBusy
            || refused.refusal() instanceof Refusal.BudgetExhausted);
  }

  /// Takes a hold of all that the request can cost. Fails with [Refused] where it does not fit.
  public CompletableFuture<Reserved> reserveWhole(Exchange.Facts facts, Bounded bounded) {
    var ask = amounts(facts, bounded.bound());
    return attempt(facts, bounded, "", ask, ask);
  }

  /// The same for the first hold that is asked for, by the loosest bound: it is called as the
  /// request is, so that nobody need be told its name.
  public CompletableFuture<Reserved> reserveFirst(Exchange.Facts facts) {
    var loosely = Bounder.loosely(facts);
    var ask = amounts(facts, loosely.bound());
    return attempt(new Wanted(facts.holdName(), true, facts, loosely, ask, ask, giveUpAt()));
  }

  private CompletableFuture<Reserved> attempt(
      Exchange.Facts facts, Bounded bounded, String suffix, Amounts ask, Amounts least) {
    // A request can ask several times: with its loose bound, with tighter ones, for its start.
    var name = facts.holdName() + bounded.suffix() + suffix;
    return attempt(new Wanted(name, false, facts, bounded, ask, least, giveUpAt()));
  }

  private long giveUpAt() {
    return System.nanoTime() + waitMax.toNanos();
  }

  private String number() {
    return Long.toString(attempts.incrementAndGet(), Character.MAX_RADIX);
  }

  private CompletableFuture<Reserved> attempt(Wanted wanted) {
    return CompletableFuture.completedFuture(wanted).thenCompose(first -> attempt(first, 1));
  }

  /// What a bound claims of every limit.
  public static Amounts amounts(Exchange.Facts facts, LooseBound bound) {
    var cost = bound.cost(facts.route().price()).min(NanoUsd.MAX);
    return new Amounts(cost, bound.tokens());
  }

  private CompletableFuture<Reserved> attempt(Wanted wanted, int tries) {
    var facts = wanted.facts();
    // A try whose answer was lost may stand: the ledger releases it, and its id is used up.
    var id = tries == 1 && wanted.first() ? wanted.name() : wanted.name() + "." + number();
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
      case Reservation.Granted(var amounts, var balances) ->
          new Reserved(hold(request.id(), amounts, balances, wanted), balances);
      case Reservation.Busy(var shortOf) -> throw new Refused(busy(shortOf));
      case Reservation.Exhausted(var shortOf) -> {
        if (shortOf instanceof Balance balance) {
          spent.add(balance);
        }
        throw new Refused(exhausted(shortOf, request.least(), wanted.facts().model()));
      }
    };
  }

  /// A request in flight gives back what it holds of money, tokens and concurrent requests; as a
  /// request it counts until the window resets.
  public static Refusal busy(Standing shortOf) {
    return switch (shortOf) {
      case Balance balance -> new Refusal.BudgetBusy(balance);
      case RateStanding rate ->
          rate.limit().measure() == Measure.REQUESTS
              ? new Refusal.RateLimited(rate)
              : new Refusal.RateBusy(rate);
    };
  }

  /// What is posted leaves too little.
  public static Refusal exhausted(Standing shortOf, Amounts least, RefusedModel model) {
    return switch (shortOf) {
      case Balance balance -> new Refusal.BudgetExhausted(balance, model);
      case RateStanding rate ->
          rate.limit().measure() == Measure.TOKENS && least.tokens() > rate.limit().most()
              ? new Refusal.RateTooSmall(rate, least.tokens())
              : new Refusal.RateLimited(rate);
    };
  }

  /// Where the answer is watched, it may have what the budgets cover now, with what others hold.
  private static Exchange.Hold hold(
      String id, Amounts granted, List<Balance> balances, Wanted wanted) {
    var bounded = wanted.bounded();
    var full = bounded.bound();
    var price = wanted.facts().route().price();
    boolean whole = amounts(wanted.facts(), full).within(granted);
    long paid =
        whole
            ? full.outputTokens()
            : Math.min(
                full.outputTokensFor(granted.usd(), price),
                full.outputTokensWithin(granted.tokens()));
    long most =
        wanted.isSlice()
            ? full.outputTokensFor(granted.usd().plus(remaining(balances)), price)
            : paid;
    return new Exchange.Hold(
        id,
        granted.usd(),
        full.withOutput(paid),
        most,
        bounded.outline(),
        bounded.countedTokensMax());
  }

  private static NanoUsd remaining(List<Balance> balances) {
    return balances.stream()
        .map(Balance::remaining)
        .min(Comparator.naturalOrder())
        .orElse(NanoUsd.ZERO);
  }
}
