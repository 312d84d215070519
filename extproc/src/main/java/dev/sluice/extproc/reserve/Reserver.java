package dev.sluice.extproc.reserve;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.exchange.HoldNote;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
      String name,
      Exchange.Facts facts,
      Bounded bounded,
      NanoUsd ask,
      NanoUsd least,
      long giveUpAt) {}

  /// Takes the hold. Fails with [Refused] where none can be had.
  public CompletableFuture<Reserved> reserve(Exchange.Facts facts, Bounded bounded) {
    var price = facts.route().price();
    var bound = bounded.bound();
    var least = bound.withOutput(outputMin(facts)).cost(price).min(NanoUsd.MAX);
    if (!facts.watchable()) {
      return attempt(facts, bounded, "", bound.cost(price).min(NanoUsd.MAX), least);
    }
    return reserveWhole(facts, bounded)
        .exceptionallyCompose(
            failure ->
                Bounder.mayFit(failure)
                    ? attempt(facts, bounded, ".slice", least, least)
                    : CompletableFuture.failedFuture(failure));
  }

  /// Takes a hold of all that the request can cost. Fails with [Refused] where it does not fit.
  public CompletableFuture<Reserved> reserveWhole(Exchange.Facts facts, Bounded bounded) {
    var ask = bounded.bound().cost(facts.route().price()).min(NanoUsd.MAX);
    return attempt(facts, bounded, "", ask, ask);
  }

  private CompletableFuture<Reserved> attempt(
      Exchange.Facts facts, Bounded bounded, String suffix, NanoUsd ask, NanoUsd least) {
    // A request can ask several times: with its loose bound, with tighter ones, for its start.
    var name = facts.requestId() + bounded.suffix() + suffix;
    long giveUpAt = System.nanoTime() + waitMax.toNanos();
    var wanted = new Wanted(name, facts, bounded, ask, least, giveUpAt);
    return CompletableFuture.completedFuture(wanted).thenCompose(first -> attempt(first, 1));
  }

  private CompletableFuture<Reserved> attempt(Wanted wanted, int tries) {
    var facts = wanted.facts();
    // A try whose answer was lost may stand: the ledger releases it, and its id is used up.
    var id = tries == 1 ? wanted.name() : wanted.name() + "." + tries;
    var request =
        new HoldRequest(
            id,
            facts.route().budgets(),
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
      case Reservation.Granted(var amount, var balances) ->
          new Reserved(hold(request.id(), amount, balances, wanted), balances);
      case Reservation.Busy(var shortOf) -> throw new Refused(new Refusal.BudgetBusy(shortOf));
      case Reservation.Exhausted(var shortOf) -> {
        spent.add(shortOf);
        throw new Refused(new Refusal.BudgetExhausted(shortOf));
      }
    };
  }

  /// Where the answer is watched, it may have what the budgets cover now, with what others hold.
  private static Exchange.Hold hold(
      String id, NanoUsd amount, List<Balance> balances, Wanted wanted) {
    var bounded = wanted.bounded();
    var full = bounded.bound();
    var price = wanted.facts().route().price();
    boolean whole = amount.compareTo(full.cost(price).min(NanoUsd.MAX)) >= 0;
    long paid = whole ? full.outputTokens() : full.outputTokensFor(amount, price);
    long most =
        whole || !wanted.facts().watchable()
            ? paid
            : full.outputTokensFor(amount.plus(remaining(balances)), price);
    return new Exchange.Hold(
        id, amount, full.withOutput(paid), most, bounded.outline(), bounded.countedTokensMax());
  }

  private static NanoUsd remaining(List<Balance> balances) {
    return balances.stream()
        .map(Balance::remaining)
        .min(Comparator.naturalOrder())
        .orElse(NanoUsd.ZERO);
  }
}
