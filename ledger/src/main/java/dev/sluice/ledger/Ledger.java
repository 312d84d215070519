package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.budget.Limit;
import dev.sluice.core.budget.Standing;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Holds the worst-case price of a call before it is sent, so that a budget cannot be overrun by
/// calls in flight.
///
/// Every verb is one atomic step over all limits of the call, and idempotent by the hold's id:
/// repeating it gives the first answer. Time is the store's own. A store that cannot be reached is
/// [LedgerUnavailableException] after the configured timeout. The verbs of a request do not block:
/// their answers come on a thread that must not be blocked either.
public interface Ledger extends AutoCloseable {

  /// How long at least the end of a hold is remembered, so that repeated verbs are recognized.
  Duration MEMORY = Duration.ofDays(1);

  /// How often gateways renew their holds.
  Duration RENEW_EVERY = Duration.ofSeconds(15);

  /// From one renewal of a hold to its deadline: several times [#RENEW_EVERY].
  Duration HOLD_LIFETIME = Duration.ofSeconds(60);

  /// Takes a hold on all limits, or on none.
  ///
  /// After a [LedgerUnavailableException] the id must not be used again: a hold that may stand
  /// under it is released as soon as the store is back. One that is repeated after an extension is
  /// told the hold as extended.
  CompletableFuture<Reservation> reserve(HoldRequest request);

  /// Holds and posts what a call used that went on without a hold, whatever the limits leave.
  /// Idempotent by the request's id: after a [LedgerUnavailableException] it is to be repeated.
  CompletableFuture<Settlement> charge(HoldRequest request, Charge charge);

  /// Lets a hold grow, in the windows that it charges.
  CompletableFuture<Extension> extend(HoldExtension extension);

  /// Puts off the end of open holds by `lifetime` from now; those that have ended stay so.
  ///
  /// @return how many of them were open
  CompletableFuture<Long> heartbeat(Collection<String> holdIds, Duration lifetime);

  /// Ends a hold and posts what the call used. More than the hold is booked too, and reported.
  ///
  /// An end that the store does not acknowledge fails with
  /// [LedgerUnavailableException.EndWaitsException], and is delivered as soon as the store is back;
  /// there is no need to repeat it. So it is with [#release], [#correct] and [#confirm].
  CompletableFuture<Settlement> settle(String holdId, Charge charge);

  /// Ends a hold of a call that cost nothing.
  CompletableFuture<Settlement> release(String holdId);

  /// Lowers what was posted in full for a hold that expired to what evidence says it used, in the
  /// windows that it was charged to; never raises it. What is posted then is confirmed. [#settle]
  /// and [#release] do the same where they come after the expiry.
  ///
  /// Unlike other verbs it gives its answer once: of all callers with evidence of a hold, one is
  /// told [Settlement.Corrected], and so one record is made of it.
  CompletableFuture<Settlement> correct(String holdId, Charge charge);

  /// What is known of a hold that somebody else may have taken.
  CompletableFuture<HoldState> find(String holdId);

  /// Books what evidence says of a hold that the caller did not take: settles or releases an open
  /// one, corrects one that expired. Whatever ended it before stays.
  ///
  /// It gives its answer once, as [#correct] does.
  CompletableFuture<Settlement> confirm(String holdId, Charge charge);

  /// Ends holds past their deadline, and posts them in full as unconfirmed. Blocks.
  ///
  /// @param max how many at most in this call
  /// @return the holds that were ended: of all callers, one is told of each
  List<ExpiredHold> expire(int max);

  /// The current window of each limit, in the order asked. Blocks.
  List<Standing> standings(List<? extends Limit> limits);

  /// The current window of each budget, in the order asked. Blocks.
  default List<Balance> balances(List<Budget> budgets) {
    return standings(budgets).stream().map(Balance.class::cast).toList();
  }

  @Override
  void close();
}
