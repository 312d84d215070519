package dev.sluice.ledger;

import dev.sluice.core.budget.Balance;
import dev.sluice.core.budget.Budget;
import dev.sluice.core.money.NanoUsd;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Holds the worst-case price of a call before it is sent, so that a budget cannot be overrun by
/// calls in flight.
///
/// Every verb is one atomic step over all budgets of the call, and idempotent by the hold's id:
/// repeating it gives the first answer. Time is the store's own. A store that cannot be reached is
/// [LedgerUnavailableException] after the configured timeout. The verbs of a request do not block:
/// their answers come on a thread that must not be blocked either.
public interface Ledger extends AutoCloseable {

  /// How long at least the end of a hold is remembered, so that repeated verbs are recognized.
  Duration MEMORY = Duration.ofDays(1);

  /// Takes a hold on all budgets, or on none.
  ///
  /// After a [LedgerUnavailableException] the id must not be used again: a hold that may stand
  /// under it is released as soon as the store is back.
  CompletableFuture<Reservation> reserve(HoldRequest request);

  /// Lets a hold grow.
  CompletableFuture<Extension> extend(HoldExtension extension);

  /// Ends a hold and posts what the call cost. More than the hold is booked too, and reported.
  ///
  /// After a [LedgerUnavailableException] the end is delivered as soon as the store is back; there
  /// is no need to repeat it. So it is with [#release].
  CompletableFuture<Settlement> settle(String holdId, NanoUsd cost);

  /// Ends a hold of a call that cost nothing.
  CompletableFuture<Settlement> release(String holdId);

  /// Lowers what was posted in full for a hold that expired to what evidence says it cost, in the
  /// windows that it was charged to; never raises it. What is posted then is confirmed. [#settle]
  /// and [#release] do the same where they come after the expiry.
  ///
  /// Unlike other verbs it gives its answer once: of all callers with evidence of a hold, one is
  /// told [Settlement.Corrected], and so one record is made of it.
  CompletableFuture<Settlement> correct(String holdId, NanoUsd cost);

  /// Ends holds past their deadline, and posts them in full as unconfirmed. Blocks.
  ///
  /// @param max how many at most in this call
  /// @return the holds that were ended: of all callers, one is told of each
  List<ExpiredHold> expire(int max);

  /// The current window of each budget, in the order asked. Blocks.
  List<Balance> balances(List<Budget> budgets);

  @Override
  void close();
}
