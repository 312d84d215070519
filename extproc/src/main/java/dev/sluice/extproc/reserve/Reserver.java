package dev.sluice.extproc.reserve;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.money.NanoUsd;
import dev.sluice.core.refusal.Refusal;
import dev.sluice.extproc.exchange.Exchange;
import dev.sluice.extproc.metrics.Meters;
import dev.sluice.extproc.reply.Refused;
import dev.sluice.ledger.HoldRequest;
import dev.sluice.ledger.Ledger;
import dev.sluice.ledger.LedgerUnavailableException;
import dev.sluice.ledger.Reservation;
import dev.sluice.wire.anthropic.LooseBound;
import java.time.Duration;
import java.util.List;

/// Holds the worst-case price of a request; where that does not fit, of a shorter answer to it.
public final class Reserver {

  /// What thinking must leave for the answer itself.
  private static final long OUTPUT_BESIDE_THINKING = 1_024;

  private static final Duration RETRY_PAUSE = Duration.ofMillis(50);

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

  /// Takes the hold; blocks.
  ///
  /// @throws Refused where no hold can be had
  public Reserved reserve(Exchange.Facts facts, Bounded bounded) {
    var price = facts.route().price();
    var ask = bounded.bound().cost(price).min(NanoUsd.MAX);
    var least = bounded.bound().withOutput(outputMin(facts)).cost(price).min(ask);
    // A request can ask twice: with its loose bound, then with a tighter one.
    var name = facts.requestId() + (bounded.outline() == null ? "" : ".tight");
    long giveUpAt = System.nanoTime() + waitMax.toNanos();
    for (int tries = 1; ; tries++) {
      // A try whose answer was lost may stand: the ledger releases it, and its id is used up.
      var id = tries == 1 ? name : name + "." + tries;
      var request =
          new HoldRequest(id, facts.route().budgets(), ask, least, facts.priceVersion(), lifetime);
      try {
        return granted(request, ask(request), bounded, facts);
      } catch (LedgerUnavailableException _) {
        var away = health.failed();
        if (System.nanoTime() >= giveUpAt) {
          throw new Refused(new Refusal.LedgerUnavailable(away));
        }
        pause();
      }
    }
  }

  /// The shortest answer that is worth asking for.
  private static long outputMin(Exchange.Facts facts) {
    long thinking = facts.request().thinking().budgetTokens();
    return Math.max(
        facts.key().minOutputTokens(), thinking == 0 ? 0 : thinking + OUTPUT_BESIDE_THINKING);
  }

  private Reservation ask(HoldRequest request) {
    long start = System.nanoTime();
    var reservation = ledger.reserve(request);
    meters.reserved(System.nanoTime() - start);
    health.answered();
    return reservation;
  }

  private Reserved granted(
      HoldRequest request, Reservation reservation, Bounded bounded, Exchange.Facts facts) {
    return switch (reservation) {
      case Reservation.Granted(var amount, var balances) -> {
        var bound =
            amount.compareTo(request.ask()) >= 0
                ? bounded.bound()
                : lowered(bounded.bound(), amount, facts);
        yield new Reserved(
            new Exchange.Hold(request.id(), amount, bound, bounded.outline()), balances);
      }
      case Reservation.Busy(var shortOf) -> throw new Refused(new Refusal.BudgetBusy(shortOf));
      case Reservation.Exhausted(var shortOf) -> {
        spent.add(shortOf);
        throw new Refused(new Refusal.BudgetExhausted(shortOf));
      }
    };
  }

  private static LooseBound lowered(LooseBound bound, NanoUsd amount, Exchange.Facts facts) {
    return bound.withOutput(bound.outputTokensFor(amount, facts.route().price()));
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY_PAUSE);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refused(new Refusal.Draining());
    }
  }
}
